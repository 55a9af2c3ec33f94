"""Python's modules by what they do: which only compute, which parts of others do, what needs an effect."""

from __future__ import annotations

PURE = frozenset(
    {
        *("__future__", "abc", "array", "ast", "base64", "binascii", "bisect", "calendar", "cmath"),
        *("collections", "colorsys", "configparser", "contextlib", "contextvars", "copy", "csv"),
        *("dataclasses", "datetime", "decimal", "difflib", "email", "enum", "fnmatch", "fractions"),
        *("functools", "graphlib", "hashlib", "heapq", "hmac", "html", "ipaddress", "itertools", "json"),
        *("keyword", "locale", "math", "numbers", "operator", "pprint", "queue", "random", "re", "reprlib"),
        *("sched", "secrets", "shlex", "statistics", "string", "stringprep", "struct", "textwrap", "time"),
        *("tomllib", "traceback", "types", "typing", "unicodedata", "warnings", "weakref", "xml"),
        *("zlib", "zoneinfo"),
    }
)
PARTS = {
    "bz2": frozenset({"compress", "decompress"}),
    "codecs": frozenset({"decode", "encode", "lookup"}),
    "gzip": frozenset({"compress", "decompress"}),
    "inspect": frozenset({"Parameter", "Signature", "cleandoc", "getdoc", "isabstract", "isawaitable"})
    | frozenset({"isbuiltin", "isclass", "iscoroutine", "iscoroutinefunction", "isfunction", "isgenerator"})
    | frozenset({"isgeneratorfunction", "ismethod", "isroutine", "signature", "unwrap"}),
    "io": frozenset({"BytesIO", "StringIO"}),
    "lzma": frozenset({"compress", "decompress"}),
    "os": frozenset({"PathLike", "altsep", "curdir", "extsep", "fspath", "linesep", "pardir", "path"})
    | frozenset({"pathsep", "sep"}),
    "os.path": frozenset({"basename", "commonpath", "commonprefix", "dirname", "isabs", "join", "normcase"})
    | frozenset({"normpath", "sep", "split", "splitdrive", "splitext"}),
    "pathlib": frozenset({"Path", "PurePath", "PurePosixPath", "PureWindowsPath"}),
    "sys": frozenset({"byteorder", "float_info", "getrecursionlimit", "getsizeof", "hash_info", "int_info"})
    | frozenset({"intern", "maxsize", "maxunicode", "setrecursionlimit", "version_info"}),
    "threading": frozenset({"BoundedSemaphore", "Condition", "Event", "Lock", "RLock", "Semaphore"})
    | frozenset({"get_ident", "local"}),
    "unittest": frozenset({"TestCase", "main"}),
    "urllib": frozenset({"parse"}),
    "uuid": frozenset({"NAMESPACE_DNS", "NAMESPACE_OID", "NAMESPACE_URL", "NAMESPACE_X500", "SafeUUID"})
    | frozenset({"UUID", "uuid3", "uuid4", "uuid5"}),
}
"""Of modules that do more than compute, the parts that only do that."""
NETWORK = frozenset(
    {
        *("asyncio", "ftplib", "http", "imaplib", "poplib", "select", "selectors", "smtplib", "socket"),
        *("socketserver", "ssl", "urllib", "xmlrpc"),
    }
)
FILES = frozenset(
    {
        *("bz2", "codecs", "dbm", "filecmp", "fileinput", "glob", "gzip", "io", "linecache", "lzma"),
        *("mimetypes", "os", "pathlib", "shelve", "shutil", "sqlite3", "tarfile", "tempfile", "zipfile"),
    }
)
SYSTEM = frozenset(
    {
        *("builtins", "code", "ctypes", "gc", "importlib", "inspect", "marshal", "multiprocessing", "pickle"),
        *("pty", "runpy", "signal", "subprocess", "sys", "threading"),
    }
)
OUTPUT = frozenset({"logging"})
EFFECTS = (
    (NETWORK, frozenset({"network"})),
    (FILES, frozenset({"reads", "writes"})),
    (OUTPUT, frozenset({"prints"})),
)
NO_MODULES = frozenset({"collections.abc", "datetime.time", "os.path", "os.stat", "sys.platform"})
"""Parts of modules that are called as a module is, and hold nothing of it."""
OF_FILES = {
    "configparser": frozenset({"read"}),
    "xml": frozenset({"iterparse", "parse", "write"}),
    "pathlib": frozenset({"absolute", "chmod", "cwd", "exists", "expanduser", "glob", "hardlink_to", "home"})
    | frozenset({"is_dir", "is_file", "is_mount", "is_symlink", "iterdir", "lstat", "mkdir", "open", "owner"})
    | frozenset({"read_bytes", "read_text", "readlink", "rename", "replace", "resolve", "rglob", "rmdir"})
    | frozenset({"samefile", "stat", "symlink_to", "touch", "unlink", "walk", "write_bytes", "write_text"}),
}
"""What objects of a module have that reads or writes files, where all else of them only computes."""
