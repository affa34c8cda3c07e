"""Starts a Redis server of its own on a free port of the loopback, with two users and nothing kept, and prints its port as a
line of JSON. Ends when its input does."""
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import ports

folder = tempfile.mkdtemp(prefix="patchbay-redis-")


def start():
    """The server and its port; None when somebody else took the port first."""
    port = ports.free()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no",
         "--user", "default", "on", ">default-pass", "~*", "&*", "+@all",
         "--user", "app", "on", ">app-pass", "~app:*", "&*", "+@all"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                # It wants a password, so this is it and nobody else.
                if connection.recv(100).startswith(b"-NOAUTH"):
                    return server, port
        except OSError:
            pass
        time.sleep(0.02)
    return None


for _ in range(10):
    started = start()
    if started:
        break
else:
    sys.exit("redis-server does not start")
server, port = started
try:
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
finally:
    server.kill()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)
