#ifndef JOBKIT_CCURL_SHIM_H
#define JOBKIT_CCURL_SHIM_H

#include <curl/curl.h>
#ifdef __linux__
// The Glibc module leaves these two out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

// Swift cannot call C variadics, so each argument type that curl_easy_setopt, curl_easy_getinfo and
// curl_multi_setopt take has one typed function here.
// Source: https://curl.se/libcurl/c/curl_easy_setopt.html

static inline CURLcode jobkit_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode jobkit_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode jobkit_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode jobkit_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode jobkit_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// Has a file of authorities read for each new connection, so that a long-lived process follows when it is exchanged;
// libcurl keeps what it has read for a day. Before 7.87 it kept nothing.
// Source: https://curl.se/libcurl/c/CURLOPT_CA_CACHE_TIMEOUT.html
static inline CURLcode jobkit_keep_no_authorities(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

static inline CURLcode jobkit_set_data_function(
    CURL *easy, CURLoption option, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(easy, option, function);
}

static inline CURLcode jobkit_set_seek_function(CURL *easy, int (*function)(void *, curl_off_t, int)) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

static inline CURLcode jobkit_set_open_socket_function(
    CURL *easy, curl_socket_t (*function)(void *, curlsocktype, struct curl_sockaddr *)) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode jobkit_set_prereq_function(CURL *easy, int (*function)(void *, char *, char *, int, int)) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode jobkit_set_close_socket_function(CURL *easy, int (*function)(void *, curl_socket_t)) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}

static inline CURLcode jobkit_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode jobkit_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode jobkit_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode jobkit_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode jobkit_multi_set_socket_function(
    CURLM *multi, int (*function)(CURL *, curl_socket_t, int, void *, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}

static inline CURLMcode jobkit_multi_set_timer_function(CURLM *multi, int (*function)(CURLM *, long, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

/// A macro whose value Swift does not import.
static inline const curl_version_info_data *jobkit_version_info(void) {
    return curl_version_info(CURLVERSION_NOW);
}

/// The result of a finished transfer; Swift imports the union of CURLMsg awkwardly.
static inline CURLcode jobkit_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
