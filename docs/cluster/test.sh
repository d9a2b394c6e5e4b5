#!/usr/bin/env bash
# Runs sweep.sbatch on a Slurm of one node that it starts itself: four tasks, one of which is killed and submitted again, and
# compares the merged table with that of a sweep that was never cut. Needs root and Debian's `slurm-wlm` and `munge`.
#
#   docs/cluster/test.sh target/release/brainmass
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
brainmass=$(realpath "${1:?the command, such as target/release/brainmass}")
for tool in munged slurmctld slurmd sbatch; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed: apt-get install slurm-wlm munge" >&2; exit 2; }
done
[[ $EUID -eq 0 ]] || { echo "slurmd needs root" >&2; exit 2; }

work=$(mktemp -d)
daemons=()
finish() {
    ((${#daemons[@]})) && kill "${daemons[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# 1. Munge with a key and a socket of its own, a controller and a node.
mkdir -p "$work"/{munge,state,spool,run}
chmod 755 "$work"
chmod 700 "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file "$work/munge/key" --socket "$work/run/munge" \
    --pid-file "$work/run/munged.pid" --log-file "$work/munge/log" --seed-file "$work/munge/seed" >/dev/null 2>&1 &
daemons+=($!)
host=$(hostname -s)
cores=$(nproc)
cat >"$work/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$work/run/munge
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile=$work/run/slurmctld.pid
SlurmdPidFile=$work/run/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
KillWait=2
MinJobAge=3600
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld -D -f "$work/slurm.conf" >/dev/null 2>&1 &
daemons+=($!)
slurmd -D -f "$work/slurm.conf" >/dev/null 2>&1 &
daemons+=($!)
await() {
    local what=$1 seconds=$2
    shift 2
    for ((i = 0; i < 10 * seconds; i++)); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "waited $seconds s for $what" >&2
    tail -n 5 "$work"/*.log >&2 || true
    exit 1
}
is_idle() { sinfo --noheader --format=%T | grep -q idle; }
await "the node" 60 is_idle
echo "$(slurmd -V) with one node of $cores cores"

# 2. A sweep of 40 points, each of a second or so, uncut and in four shards.
cd "$work"
"$brainmass" init >experiment.toml
sweep=(--set simulation.duration_ms=120000 --vary "network.coupling.g=0.1..1.0/10" --seeds 4 --observe bold)
"$brainmass" sweep experiment.toml "${sweep[@]}" --out uncut.csv >/dev/null
export BRAINMASS=$brainmass
submit() { sbatch --parsable "$@" "$here/sweep.sbatch" experiment.toml sweep.csv "${sweep[@]}"; }
# The file of a shard has a line for the sweep and one for each point.
lines() { cat sweep.csv.3-of-4 2>/dev/null | wc -l; }
has_points() { (($(lines) >= 3)); }
job=$(submit --array=1-4 --cpus-per-task=1)
await "points of shard 3" 300 has_points
scancel --signal=KILL --full "${job}_3" || scancel "${job}_3"
is_over() { [[ -z $(squeue --noheader --jobs "$1") ]]; }
await "the array" 600 is_over "$job"
had=$(lines)

# 3. What is missing is said; the task submitted again goes on.
if "$brainmass" sweep merge sweep.csv >merge.log 2>&1; then
    echo "the killed shard had run to its end" >&2
    exit 1
fi
grep --quiet "missing" merge.log || { cat merge.log >&2; exit 1; }
echo "killed with $((had - 1)) of 10 points; merge says: $(cat merge.log)"
again=$(SHARDS=4 submit --array=3 --cpus-per-task=1)
await "the shard" 600 is_over "$again"
"$brainmass" sweep merge sweep.csv
cmp uncut.csv sweep.csv
echo "the same table, to the byte"
