#define _GNU_SOURCE
#include <crypt.h>
