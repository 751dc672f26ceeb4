/* Stops the process at its STOP_AT-th call that makes something durable or changes a folder: before the call, or
   after it where the call itself promises nothing (sync_file_range). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int calls;

static void count(void) {
  const char *at = getenv("STOP_AT");
  if (at && atoi(at) == atomic_fetch_add(&calls, 1)) kill(getpid(), SIGSTOP);
}

#define REAL(type, name) \
  static type real; \
  if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef int (*fd_call)(int);
typedef int (*range_call)(int, off64_t, off64_t, unsigned);
typedef int (*rename_call)(const char *, const char *);
typedef int (*path_call)(const char *);

int fsync(int fd) { REAL(fd_call, "fsync"); count(); return real(fd); }
int fdatasync(int fd) { REAL(fd_call, "fdatasync"); count(); return real(fd); }
int rename(const char *from, const char *to) { REAL(rename_call, "rename"); count(); return real(from, to); }
int unlink(const char *path) { REAL(path_call, "unlink"); count(); return real(path); }
int sync_file_range(int fd, off64_t from, off64_t length, unsigned flags) {
  REAL(range_call, "sync_file_range");
  int result = real(fd, from, length, flags);
  count();
  return result;
}
