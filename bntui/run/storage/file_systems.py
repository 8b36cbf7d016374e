"""What kind of file system holds a folder: a database's write-ahead log needs one of this machine."""

from __future__ import annotations

from pathlib import Path

# fmt: off
_NETWORK = frozenset((
    "9p", "acfs", "afp", "afpfs", "afs", "beegfs", "beegfs_nodev", "ceph", "cifs", "coda", "davfs", "gfs", "gfs2",
    "glusterfs", "gpfs", "lustre", "mmfs", "ncpfs", "nfs", "nfs3", "nfs4", "ocfs2", "orangefs", "panfs", "pvfs2",
    "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "webdav", "wekafs",
))
# fmt: on
_LOCAL_FUSE = frozenset(f"fuse.{name}" for name in ("fuse-overlayfs", "gocryptfs", "encfs", "ntfs-3g", "bindfs"))


def is_shared(folder: Path) -> bool:
    """Return whether other machines may use the folder, too; False if its file system is unknown."""
    import psutil

    try:
        partitions = psutil.disk_partitions(all=True)
    except OSError:
        return False
    path = folder.resolve()
    holding = [part for part in partitions if path.is_relative_to(part.mountpoint)]
    # Of mounts at the same place, the last one hides the others.
    kind = max(reversed(holding), key=lambda part: len(part.mountpoint)).fstype.lower() if holding else ""
    return kind in _NETWORK or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)
