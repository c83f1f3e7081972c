"""The Debian packages the suite needs, and what to say when they are not there."""
import os
import shutil
import subprocess

# Libraries and a WSGI server only: the daemon packages would bring users, questions and services.
NEEDED = ["python3-keystone", "python3-glance", "python3-nova", "uwsgi-core", "uwsgi-plugin-python3"]
INSTALL_SECONDS = 600


def missing():
    if not shutil.which("dpkg-query"):
        return list(NEEDED)
    asked = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status} ${Package}\n", *NEEDED],
                           capture_output=True, text=True, check=False)
    installed = {line.split()[1] for line in asked.stdout.splitlines() if line.startswith("installed ")}
    return [name for name in NEEDED if name not in installed]


def provide():
    """Returns None when everything is there, else the reason why it is not."""
    absent = missing()
    if not absent:
        return None
    if os.environ.get("TEST_OPENSTACK") != "install":
        return ("Debian packages are missing: %s. Install them, or set TEST_OPENSTACK=install and run as root"
                % " ".join(absent))
    if not shutil.which("apt-get"):
        return "no apt-get here to install %s with" % " ".join(absent)
    if os.geteuid() != 0:
        return "not root, so %s cannot be installed" % " ".join(absent)
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    print("# installing %s" % " ".join(absent), flush=True)
    for command in (["update"], ["install", "-y", "--no-install-recommends", *absent]):
        try:
            done = subprocess.run(apt + command, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, check=False, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            return "apt-get %s took longer than %d s" % (command[0], INSTALL_SECONDS)
        if done.returncode != 0:
            return "apt-get %s failed:\n%s" % (command[0], (done.stdout + done.stderr)[-2000:])
    return None
