#ifndef JOBKIT_CCURL_SHIM_H
#define JOBKIT_CCURL_SHIM_H
#include <curl/curl.h>
#endif
