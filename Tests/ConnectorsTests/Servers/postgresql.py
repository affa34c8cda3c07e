"""Starts a PostgreSQL server of its own on a free port of the loopback, with a user that has a password and a certificate
that nobody vouches for, and prints its port as a line of JSON. Ends when its input does."""
import glob
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import certificates
import ports

port = ports.free()
binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))[-1]
folder = tempfile.mkdtemp(prefix="patchbay-postgresql-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
# The server does not run as root.
owner = pwd.getpwnam("postgres") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
os.chown(folder, owner.pw_uid, owner.pw_gid)
with open(f"{folder}/password", "w") as file:
    file.write("s3cret-pass\n")
with certificates.make() as made:
    shutil.copyfile(made.name, f"{folder}/server.pem")
os.chmod(f"{folder}/server.pem", 0o600)
for name in ("password", "server.pem"):
    os.chown(f"{folder}/{name}", owner.pw_uid, owner.pw_gid)
identity = {"user": owner.pw_uid, "group": owner.pw_gid} if os.getuid() == 0 else {}
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
subprocess.run(
    [f"{binaries}/initdb", "-D", f"{folder}/data", "-U", "ada", "-A", "scram-sha-256", "--pwfile", f"{folder}/password",
     "-E", "UTF8", "--locale", "C", "-N"], check=True, **identity, **quiet)
server = subprocess.Popen(
    [f"{binaries}/postgres", "-D", f"{folder}/data", "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c",
     f"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "ssl=on", "-c",
     f"ssl_cert_file={folder}/server.pem", "-c", f"ssl_key_file={folder}/server.pem"], **identity, **quiet)
try:
    while True:
        ready = subprocess.run(
            [f"{binaries}/pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "1"], **quiet).returncode == 0
        if ready:
            break
        if server.poll() is not None:
            sys.exit("postgres ended")
        time.sleep(0.02)
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
finally:
    server.send_signal(signal.SIGINT)
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)
