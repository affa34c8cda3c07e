#include <libpq-fe.h>

/* What the embedded server needs of glibc and Swift's Glibc module does not show. */

/* Wakes a thread that waits on a connection's socket. */
#include <sys/eventfd.h>

/* GNU extensions of <spawn.h> (glibc 2.26, 2.29 and 2.34), which need _GNU_SOURCE there. */
#include <spawn.h>
#define PB_SPAWN_SETSID 0x80
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
