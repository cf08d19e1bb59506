// How many GETs libcurl's multi interface does over kept connections: the limit of HTTP steps.
//
// usage: http_limit URL COUNT AT_A_TIME
// Prints answers per second; fails when one is not 200.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *user) {
    (void)bytes;
    (void)user;
    return size * count;
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 4) return 64;
    int count = atoi(arguments[2]), at_a_time = atoi(arguments[3]), started = 0, done = 0;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)at_a_time);
    double start = seconds();
    for (; started < at_a_time; started++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, arguments[1]);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
        curl_multi_add_handle(multi, easy);
    }
    while (done < count) {
        int running, left;
        CURLMsg *message;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200) return 1;
            done++;
            curl_multi_remove_handle(multi, easy);
            if (started < count) {
                curl_multi_add_handle(multi, easy);
                started++;
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (done < count) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%.1f\n", done / (seconds() - start));
    return 0;
}
