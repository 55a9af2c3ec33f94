"""Small hostile programs. Each defines `attack()`, and is told the secret's path and the port of a listener."""

from __future__ import annotations

from dataclasses import dataclass

ESCAPED = "ESCAPED"
"""What an attack returns if, and only if, it got what it wanted."""


@dataclass(frozen=True)
class Attack:
    name: str
    source: str
    expected: tuple[str, ...]
    """Names of outcome types that count as held; `Returned` only if the value is not ESCAPED."""


def _attack(name: str, source: str, *expected: str) -> Attack:
    return Attack(name, source, expected or ("Raised",))


LIBC = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""

MARK = "the mark of a job"
READS_OTHER_JOBS = """
import gc, sys
def attack():
    frame = sys._getframe()
    found = [o for o in gc.get_objects() if isinstance(o, dict)]
    while frame:
        found += [frame.f_locals, *frame.f_locals.values()]
        frame = frame.f_back
    mark = "the mark " + "of a job"
    return "ESCAPED" if any(mark in str(o) for o in found) else "held"
"""
"""What finds the text of `MARK`, which it does not hold itself, in what its process remembers."""

ATTACKS = (
    # network
    _attack("tcp-connect", """
import socket
def attack():
    socket.create_connection(("127.0.0.1", PORT), 1).sendall(b"x")
    return "ESCAPED"
"""),
    _attack("udp-send", """
import socket
def attack():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", PORT))
    return "ESCAPED"
"""),
    _attack("urllib", """
import urllib.request
def attack():
    return urllib.request.urlopen(f"http://127.0.0.1:{PORT}/").read() and "ESCAPED"
"""),
    _attack("dns", """
import socket
def attack():
    socket.getaddrinfo("example.com", 80)
    return "ESCAPED"
"""),
    _attack("raw-socket-syscall", LIBC + """
def attack():
    call(41, 2, 1, 0)
    return "ESCAPED"
"""),
    _attack("netlink", """
import socket
def attack():
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    return "ESCAPED"
"""),
    _attack("datagram-pair", """
import socket
def attack():
    socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return "ESCAPED"
"""),
    # reading
    _attack("read-secret-file", """
def attack():
    return open(SECRET_FILE).read() and "ESCAPED"
"""),
    _attack("read-home", """
import os, pathlib
def attack():
    return [str(p) for p in pathlib.Path(HOME).iterdir()] and "ESCAPED"
"""),
    _attack("read-passwd", """
def attack():
    return open("/etc/passwd").read() and "ESCAPED"
"""),
    _attack("walk-the-root", """
import os
def attack():
    seen = [os.path.join(d, f) for d, _, files in os.walk("/") for f in files]
    hit = [f for f in seen if not f.startswith(("/python", "/tmp", "/lib", "/usr/lib", "/usr/share/zoneinfo"))]
    return "ESCAPED" if hit else "held"
""", "Returned", "Raised"),
    _attack("environment", """
import os
def attack():
    return "ESCAPED" if SECRET_NAME in os.environ or any("SECRET" in k for k in os.environ) else "held"
""", "Returned"),
    _attack("proc-environ", """
def attack():
    for pid in ("self", 1, 2, 3, 4, 5):
        try:
            if open(f"/proc/{pid}/environ", "rb").read():
                return "ESCAPED"
        except OSError:
            pass
    return "held"
""", "Returned"),
    _attack("proc-memory", """
def attack():
    return open("/proc/self/mem", "rb") and "ESCAPED"
"""),
    _attack("mount-proc", LIBC + """
def attack():
    os.makedirs("/tmp/p", exist_ok=True)
    call(165, b"proc", b"/tmp/p", b"proc", 0, None)
    return "ESCAPED"
"""),
    _attack("installed-packages", """
import sys
def attack():
    sys.path += ["/python/lib/python%d.%d/site-packages" % sys.version_info[:2], "/usr/lib/python3/dist-packages"]
    import pip
    return "ESCAPED"
"""),
    _attack("symlink-to-secret", """
import os
def attack():
    os.symlink(SECRET_FILE, "/tmp/link")
    return open("/tmp/link").read() and "ESCAPED"
"""),
    _attack("hard-link", """
import os
def attack():
    os.link("/python/lib/python%d.%d/os.py" % __import__("sys").version_info[:2], "/tmp/os.py")
    return "ESCAPED"
"""),
    _attack("dot-dot", """
def attack():
    return open("/tmp/" + "../" * 12 + SECRET_FILE).read() and "ESCAPED"
"""),
    _attack("open-by-handle", LIBC + """
def attack():
    handle = ctypes.create_string_buffer(b"\\x08\\0\\0\\0\\1\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0")
    call(304, os.open("/tmp", os.O_RDONLY), handle, 0)
    return "ESCAPED"
"""),
    _attack("chroot", """
import os
def attack():
    os.chroot("/tmp")
    return "ESCAPED"
"""),
    # writing
    _attack("write-outside", """
def attack():
    open(SECRET_FILE, "w").write("changed")
    return "ESCAPED"
"""),
    _attack("write-standard-library", """
def attack():
    open("/python/lib/python%d.%d/os.py" % __import__("sys").version_info[:2], "a").write("#")
    return "ESCAPED"
"""),
    _attack("date-a-device", """
import os
import posix
def attack():
    os.utime("/dev/zero", (424242, 424242))
    if os.stat("/dev/zero").st_mtime == 424242:
        return "ESCAPED"
    posix.utime("/dev/zero", (424242, 424242))
    return "ESCAPED"
"""),
    _attack("date-a-device-by-syscall", LIBC + """
def attack():
    errors = []
    for number, arguments in ((132, (b"/dev/zero", None)), (235, (b"/dev/zero", None)), (261, (-100, b"/dev/zero", None)),
                              (280, (-100, b"/dev/zero", None, 0))):
        try:
            call(number, *arguments)
        except PermissionError:
            continue
        return "ESCAPED"
    return "held"
""", "Returned"),
    _attack("change-a-device", """
import os
import posix
def attack():
    os.chmod("/dev/zero", 0o600)
    if os.stat("/dev/zero").st_mode & 0o777 == 0o600:
        return "ESCAPED"
    for act in (lambda: posix.chmod("/dev/zero", 0o600), lambda: os.chown("/dev/zero", 65534, 65534),
                lambda: os.setxattr("/dev/zero", "user.x", b"1")):
        try:
            act()
        except OSError:
            continue
        return "ESCAPED"
    return "held"
""", "Returned"),
    _attack("write-root", """
def attack():
    open("/planted", "w").write("x")
    return "ESCAPED"
"""),
    _attack("write-sandbox-code", """
def attack():
    open("/sandbox/pipeline/verify/sandbox/values.py", "w").write("x")
    return "ESCAPED"
"""),
    _attack("fill-the-disk", """
def attack():
    open("/tmp/big", "wb").write(bytes(64 << 20))
    return "ESCAPED"
"""),
    _attack("many-files", """
def attack():
    total = 0
    for i in range(100):
        open(f"/tmp/f{i}", "wb").write(bytes(1 << 20))
        total += 1
    return "ESCAPED"
"""),
    _attack("many-descriptors", """
import os
def attack():
    return [os.pipe() for _ in range(10_000)] and "ESCAPED"
"""),
    # processes
    _attack("fork-bomb", """
import os
def attack():
    while True:
        os.fork()
"""),
    _attack("fork-by-syscall", LIBC + """
def attack():
    call(57)
    return "ESCAPED"
"""),
    _attack("vfork-by-syscall", LIBC + """
def attack():
    call(58)
    return "ESCAPED"
"""),
    _attack("clone-process", LIBC + """
def attack():
    call(56, 17, 0, 0, 0, 0)
    return "ESCAPED"
"""),
    _attack("clone3", LIBC + """
def attack():
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17, 0, 0, 0)
    call(435, arguments, 64)
    return "ESCAPED"
"""),
    _attack("new-namespace", LIBC + """
def attack():
    call(272, 0x10000000)
    return "ESCAPED"
"""),
    _attack("exec", """
import os, sys
def attack():
    os.execv("/python/bin/python%d.%d" % sys.version_info[:2], ["python", "-c", "print('ESCAPED')"])
"""),
    _attack("exec-from-memory", """
import os
def attack():
    os.memfd_create("x")
    return "ESCAPED"
"""),
    _attack("subprocess", """
import subprocess
def attack():
    return subprocess.run(["/bin/sh", "-c", "echo ESCAPED"], capture_output=True) and "ESCAPED"
"""),
    _attack("multiprocessing", """
import multiprocessing
def attack():
    multiprocessing.Process(target=print).start()
    return "ESCAPED"
"""),
    _attack("daemonise", """
import os
def attack():
    os.setsid()
    if os.fork() == 0:
        while True: pass
    return "ESCAPED"
"""),
    _attack("posix-spawn", """
import os
def attack():
    os.posix_spawn("/bin/sh", ["sh"], {})
    return "ESCAPED"
"""),
    _attack("thread-bomb", """
import threading
def attack():
    stop = threading.Event()
    while True:
        threading.Thread(target=stop.wait, daemon=True).start()
""", "Raised", "OutOfMemory", "TimedOut", "Crashed"),
    # others
    _attack("kill-everything", """
import os, signal
def attack():
    os.kill(-1, signal.SIGKILL)
    return "ESCAPED"
"""),
    _attack("kill-parent", """
import os, signal
def attack():
    os.kill(os.getppid(), signal.SIGKILL)
    return "ESCAPED"
"""),
    _attack("kill-init", """
import os, signal
def attack():
    os.kill(1, signal.SIGTERM)
    return "ESCAPED"
"""),
    _attack("kill-neighbours", """
import os, signal
def attack():
    for pid in range(1, 200):
        if pid != os.getpid():
            try:
                os.kill(pid, 0)
                return "ESCAPED"
            except OSError:
                pass
    return "held"
""", "Returned"),
    _attack("tgkill-parent", LIBC + """
def attack():
    call(234, os.getppid(), os.getppid(), 9)
    return "ESCAPED"
"""),
    _attack("pidfd-signal", """
import os, signal
def attack():
    signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)
    return "ESCAPED"
"""),
    _attack("signal-by-descriptor-owner", """
import fcntl, os
def attack():
    r, w = os.pipe()
    fcntl.fcntl(r, 8, os.getppid())
    return "ESCAPED"
"""),
    _attack("queue-signal", LIBC + """
def attack():
    call(129, os.getppid(), 9, ctypes.create_string_buffer(128))
    return "ESCAPED"
"""),
    _attack("ptrace", LIBC + """
def attack():
    call(101, 16, os.getppid(), 0, 0)
    return "ESCAPED"
"""),
    _attack("read-parent-memory", LIBC + """
def attack():
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 8)
    call(310, os.getppid(), vector, 1, vector, 1, 0)
    return "ESCAPED"
"""),
    _attack("raise-limits", """
import resource
def attack():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return "ESCAPED"
"""),
    _attack("limits-of-parent", """
import os, resource
def attack():
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))
    return "ESCAPED"
"""),
    _attack("become-root", """
import os
def attack():
    os.setuid(0)
    return "ESCAPED" if os.getuid() == 0 else "held"
"""),
    _attack("io-uring", LIBC + """
def attack():
    call(425, 8, ctypes.create_string_buffer(256))
    return "ESCAPED"
"""),
    _attack("bpf", LIBC + """
def attack():
    call(321, 5, ctypes.create_string_buffer(128), 128)
    return "ESCAPED"
"""),
    _attack("key-ring", LIBC + """
def attack():
    call(248, b"user", b"k", b"v", 1, -3)
    return "ESCAPED"
"""),
    _attack("thirty-two-bit-calls", LIBC + """
import mmap
def attack():
    code = mmap.mmap(-1, 4096, prot=7)
    code.write(bytes.fromhex("b802000000cd80c3"))  # mov eax, fork; int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return "ESCAPED" if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else "held"
""", "Crashed", "Returned"),
    _attack("x32-calls", LIBC + """
def attack():
    call(0x40000000 + 57)
    return "ESCAPED"
""", "Crashed", "Raised"),
    _attack("shared-memory", """
from multiprocessing import shared_memory
def attack():
    shared_memory.SharedMemory(create=True, size=4096)
    return "ESCAPED"
"""),
    _attack("system-v-memory", LIBC + """
def attack():
    call(29, 1234, 4096, 0o1777)
    return "ESCAPED"
"""),
    # exhaustion and hangs
    _attack("memory-bomb", """
def attack():
    return bytearray(8 << 30) and "ESCAPED"
""", "OutOfMemory"),
    _attack("slow-memory-bomb", """
def attack():
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
""", "OutOfMemory", "TimedOut"),
    _attack("map-bomb", LIBC + """
import mmap
def attack():
    return [mmap.mmap(-1, 64 << 20) for _ in range(100)] and "ESCAPED"
""", "Raised", "OutOfMemory"),
    _attack("endless-loop", """
def attack():
    while True: pass
""", "TimedOut"),
    _attack("catastrophic-regex", """
import re
def attack():
    return re.match(r"(a+)+$", "a" * 64 + "b")
""", "TimedOut"),
    _attack("huge-power", """
def attack():
    return 10 ** 10 ** 8
""", "TimedOut", "OutOfMemory"),
    _attack("ignore-signals", """
import signal
def attack():
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: pass
""", "TimedOut"),
    _attack("deep-recursion", """
import sys
def attack():
    sys.setrecursionlimit(10**9)
    def down(n): return down(n + 1) + 1
    return down(0)
""", "Crashed", "OutOfMemory", "Raised", "TimedOut"),
    _attack("segfault", """
import ctypes
def attack():
    ctypes.string_at(0)
""", "Crashed"),
    _attack("output-flood", """
def attack():
    for _ in range(3000): print("x" * 10_000)
    return "held"
""", "Returned", "TimedOut"),
    _attack("output-flood-thread", """
import os, threading
def flood():
    while True: os.write(1, b"x" * 65536)
def attack():
    threading.Thread(target=flood, daemon=True).start()
    return "held"
""", "Returned", "TimedOut"),
    _attack("value-flood", """
def attack():
    return "x" * 50_000_000
""", "Returned"),
    _attack("endless-repr", """
class Endless:
    def __repr__(self):
        while True: pass
def attack():
    return Endless()
""", "TimedOut"),
    _attack("endless-container", """
class Endless(dict):
    def items(self):
        while True: yield "x", "y"
    def __iter__(self):
        while True: yield "x"
def attack():
    return Endless()
""", "Returned"),
    _attack("cyclic-value", """
def attack():
    value = []
    value.append(value)
    return value
""", "Returned"),
    # leaving, and lying
    _attack("hard-exit", """
import os
def attack():
    os._exit(0)
""", "Crashed"),
    _attack("soft-exit", """
import sys
def attack():
    sys.exit(0)
"""),
    _attack("exit-at-exit", """
import atexit, os
atexit.register(lambda: os.write(3, b"r\\0\\0\\0\\4null" * 9))
def attack():
    return "held"
""", "Returned"),
    _attack("close-everything", """
import os
def attack():
    os.closerange(0, 1024)
    return "ESCAPED"
""", "Crashed"),
    _attack("garbage-on-every-descriptor", """
import os
def attack():
    for fd in range(3, 256):
        try: os.write(fd, b"garbage " * 64)
        except OSError: pass
    return "held"
""", "Crashed"),
    _attack("oversized-frame", """
import os
def attack():
    for fd in range(3, 256):
        try: os.write(fd, b"r\\xff\\xff\\xff\\xff")
        except OSError: pass
    return "held"
""", "Crashed"),
    _attack("forged-done-frame", """
import os
def attack():
    for fd in range(3, 256):
        try: os.write(fd, b"d\\0\\0\\0\\2{}" + b"h\\0\\0\\0\\2{}")
        except OSError: pass
    return "held"
""", "Crashed"),
    _attack("unreadable-result", """
import os
def attack():
    os.write(3, b"r\\0\\0\\0\\x0b[\\"returned\\"]")
    return "held"
""", "Crashed"),
    _attack("hash-flood-result", """
import json, os, struct
def attack():
    prime = (1 << 61) - 1
    value = json.dumps(["s", *[["i", hex(prime * i)] for i in range(1, 9000)]])
    text = json.dumps(["returned", value, ""]).encode()
    os.write(3, b"r" + struct.pack(">I", len(text)) + text)
    return "held"
""", "Returned", "Crashed"),
    _attack("patched-encoder", """
import sys, json
def attack():
    for module in list(sys.modules.values()):
        if hasattr(module, "encode") and hasattr(module, "decode") and hasattr(module, "Opaque"):
            module.encode = lambda *a: "not json"
    json.dumps = lambda *a, **k: "[[[["
    return "held"
""", "Crashed"),
    _attack("patched-builtins", """
import builtins
def attack():
    for name in ("isinstance", "type", "len", "issubclass", "repr"):
        setattr(builtins, name, lambda *a: 1 / 0)
    return "held"
""", "Crashed", "Raised", "Returned"),
    _attack("hostile-class", """
class Meta(type):
    def __getattribute__(self, name): raise RuntimeError(name)
    def __instancecheck__(self, other): return True
class Hostile(metaclass=Meta):
    @property
    def __class__(self): return int
    def __eq__(self, other): return True
    def __hash__(self): raise RuntimeError
def attack():
    return Hostile()
""", "Returned", "Raised"),
    _attack("pickle", """
import pickle
class Evil:
    def __reduce__(self): return print, ("ran outside",)
def attack():
    return pickle.dumps(Evil())
""", "Returned"),
    _attack("import-hook", """
import sys, builtins
class Hook:
    def find_spec(self, *a): raise SystemExit
sys.meta_path.insert(0, Hook())
builtins.__import__ = None
def attack():
    return "held"
""", "Returned"),
    _attack("trace-function", """
import sys
sys.settrace(lambda *a: (_ for _ in ()).throw(SystemExit))
sys.setprofile(lambda *a: 1 / 0)
def attack():
    return "held"
""", "Returned", "Raised", "Crashed"),
    _attack("raise-from-str", """
class Bad(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __str__
def attack():
    raise Bad
""", "Raised", "Crashed"),
    _attack("walk-the-frames", """
import sys, gc
def attack():
    frame, texts = sys._getframe(), []
    while frame:
        texts.append(str(frame.f_locals))
        frame = frame.f_back
    texts += [str(o) for o in gc.get_objects() if type(o) is dict and len(o) < 20]
    return " ".join(texts)
""", "Returned"),
    _attack("late-timer", """
import signal, os
signal.signal(signal.SIGALRM, lambda *a: os._exit(7))
signal.setitimer(signal.ITIMER_REAL, 0.05)
def attack():
    while True: pass
""", "Crashed"),
    _attack("terminal-input", """
import fcntl
def attack():
    fcntl.ioctl(0, 0x5412, b"x")  # TIOCSTI
    return "ESCAPED"
"""),
)  # fmt: skip
