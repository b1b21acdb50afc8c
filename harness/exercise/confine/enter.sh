# Builds a root of its own out of a few read-only folders, enters it, gives all privileges up and runs the command.
# Run by sh in new mount and process namespaces: enter.sh ROOT SETTINGS COMMAND...
# SETTINGS is a folder of lists, one path a line: shown (read-only), hidden, homes; and node, user (files of one line).
set -eu
root=$1; settings=$2; shift 2
# nosuid and nodev are always added: a user namespace may not take them away from what it binds.
show() { if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")"; : >"$root$1"; fi
  mount --rbind "$1" "$root$1"; mount -o "remount,bind,$2,nosuid" "$root$1"; }

mount --make-rprivate /
mount -t tmpfs -o size=64m,mode=755,nosuid tmpfs "$root"
for link in /bin /sbin /lib /lib64 /lib32; do
  if [ -L "$link" ]; then ln -s "$(readlink "$link")" "$root$link"; elif [ -d "$link" ]; then show "$link" ro; fi
done
while read -r path; do [ ! -e "$path" ] || show "$path" ro; done <"$settings/shown"
while read -r path; do
  [ ! -d "$root$path" ] || mount -t tmpfs -o size=1m,mode=755,nosuid tmpfs "$root$path"
done <"$settings/hidden"
mkdir -p "$root/dev" "$root/proc" "$root/tmp" "$root/run/runtime/bin"
for device in null zero full random urandom; do
  : >"$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -m 1777 "$root/dev/shm"; mount -t tmpfs -o size=64m,mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
mount -t tmpfs -o size=64m,mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t proc -o hidepid=2,nosuid,nodev,noexec proc "$root/proc" 2>/dev/null ||
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
: >"$root/run/runtime/bin/node"; mount --bind "$(cat "$settings/node")" "$root/run/runtime/bin/node"
dir=$(cat "$settings/dir"); show "$dir" ro
if [ -n "${CASEMARK_DATA_DIR:-}" ]; then
  [ "$(cat "$settings/user")" = same ] || chown -hR 65534:65534 "$CASEMARK_DATA_DIR"
  show "$CASEMARK_DATA_DIR" rw
fi
drop=$(cat "$settings/drop"); path=$(cat "$settings/path"); limits=$(cat "$settings/limits")
mkdir -p "$root/old"; cd "$root"; pivot_root . old
umount -l /old; rmdir /old
mount -o remount,bind,ro,nosuid /
cd "$dir"
# The first process stays this shell's: it cannot be signalled from inside, and its end takes everything with it.
# shellcheck disable=SC2086 # lists of words
setpriv $drop --no-new-privs --inh-caps=-all --bounding-set=-all prlimit $limits \
  env HOME=/tmp TMPDIR=/tmp "PATH=$path" "$@" && code=0 || code=$?
exit "$code"
