"""Starts a Dovecot of its own, as an ordinary user, with an account that has a password and a certificate that nobody vouches
for, and prints its ports as a line of JSON: `port` (in the open, or by STARTTLS), `tls`, and `control`. Who connects to the
last one says in a line of JSON what is to be done with the account's mail, and is answered in JSON. Ends when its input does.

  {"do": "deliver", "mailbox": "INBOX", "message": "…"}   {"do": "renew", "mailbox": "…"}   {"do": "flags", "mailbox": "…"}

`renew` deletes a mailbox and makes it again with the same messages, by which its UIDVALIDITY changes."""
import grp
import imaplib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import certificates
import ports

PASSWORD = "s3cret-pass"
port, tls_port = ports.free(), ports.free()
while tls_port == port:
    tls_port = ports.free()
folder = tempfile.mkdtemp(prefix="patchbay-imap-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
# The server lets nobody sign in as root; a user of its own comes with its package.
owner = pwd.getpwnam("dovecot") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
group = grp.getgrgid(owner.pw_gid).gr_name
with certificates.make() as made:
    shutil.copyfile(made.name, f"{folder}/server.pem")
with open(f"{folder}/users", "w") as file:
    file.write(f"ada:{{PLAIN}}{PASSWORD}::::{folder}/mail::\n")
with open(f"{folder}/dovecot.conf", "w") as file:
    file.write(f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_login_user = {owner.pw_name}
default_internal_user = {owner.pw_name}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_fsync = never
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
  default_fields = uid={owner.pw_uid} gid={owner.pw_gid}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""")
for name in ("", "/server.pem", "/users", "/dovecot.conf"):
    os.chown(folder + name, owner.pw_uid, owner.pw_gid)
identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
# Whoever starts this may keep signals from its threads and so from us; Dovecot lives by them.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
dovecot = next((path for path in ("/usr/sbin/dovecot", "/usr/bin/dovecot") if os.path.exists(path)), "dovecot")
server = subprocess.Popen(
    [dovecot, "-F", "-c", f"{folder}/dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **identity)


def sign_in():
    account = imaplib.IMAP4("127.0.0.1", port, timeout=10)
    account.login("ada", PASSWORD)
    return account


def deliver(account, mailbox, message):
    account.create(mailbox)
    status, said = account.append(mailbox, None, None, message.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return {"ok": status == "OK", "said": repr(said)}


def renew(account, mailbox):
    account.select(mailbox, readonly=True)
    _, found = account.uid("FETCH", "1:*", "(INTERNALDATE BODY.PEEK[])")
    kept = [(imaplib.Internaldate2tuple(part[0]), part[1]) for part in found if isinstance(part, tuple)]
    account.close()
    account.delete(mailbox)
    account.create(mailbox)
    for moment, message in kept:
        account.append(mailbox, None, imaplib.Time2Internaldate(time.mktime(moment)), message)
    return {"ok": True, "messages": len(kept)}


def flags(account, mailbox):
    account.select(mailbox, readonly=True)
    _, found = account.uid("FETCH", "1:*", "(FLAGS)")
    return {"ok": True, "flags": [
        [flag.decode() for flag in imaplib.ParseFlags(line) if flag != b"\\Recent"] for line in found if line]}


def answer(connection):
    with connection, connection.makefile("rwb") as stream:
        asked = json.loads(stream.readline())
        account = sign_in()
        # Names with spaces are for who says them to quote.
        mailbox = '"' + asked["mailbox"] + '"'
        try:
            match asked["do"]:
                case "deliver":
                    said = deliver(account, mailbox, asked["message"])
                case "renew":
                    said = renew(account, mailbox)
                case "flags":
                    said = flags(account, mailbox)
        except Exception as error:
            said = {"ok": False, "said": repr(error)}
        finally:
            account.logout()
        stream.write(json.dumps(said).encode())


def serve(listener):
    while True:
        answer(listener.accept()[0])


try:
    deadline = time.monotonic() + 30
    while True:
        try:
            sign_in().logout()
            break
        except (OSError, imaplib.IMAP4.error):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("dovecot is not there: " + open(f"{folder}/log").read()[-2000:])
            time.sleep(0.05)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    print(json.dumps({"port": port, "tls": tls_port, "control": listener.getsockname()[1]}), flush=True)
    sys.stdin.read()
finally:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)
