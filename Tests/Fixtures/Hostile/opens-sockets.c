/* Opens sockets, of the network and to other processes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

#include <sys/socket.h>

static int32_t misbehave(const pb_invocation *in) {
  int opened = 0;
  const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
  for (int index = 0; index < 4; index++) opened += socket(families[index], SOCK_STREAM, 0) >= 0;
  opened += socket(AF_INET, SOCK_DGRAM, 0) >= 0;
  char json[32];
  snprintf(json, sizeof json, "{\"opened\":%d}", opened);
  succeed(in->call, json);
  return PB_OK;
}
