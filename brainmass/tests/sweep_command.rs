//! `brainmass sweep` as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{brainmass, fail, stop, succeed};

/// 24 points of 10 s of the example's activity.
const SWEEP: [&str; 11] = [
    "sweep",
    "--observe",
    "activity",
    "--set",
    "simulation.duration_ms=10000",
    "--vary",
    "network.coupling.g=0.1..0.8/8",
    "--vary",
    "node.tau_e_ms=1.0,-1,2.0",
    "--threads",
    "1",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SWEEP[..], more].concat()
}

#[test]
fn a_killed_sweep_goes_on_and_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let said = succeed(&with(&["--out", "unbroken.csv"]), folder.path());
    assert!(said.starts_with("24 points in unbroken.csv\n8 failed; the first, point 1: "), "{said}");
    let unbroken = std::fs::read_to_string(file("unbroken.csv")).unwrap();
    assert!(!file("unbroken.csv.partial").exists());

    let journal = file("killed.csv.partial");
    // The header, and the eight points that fail their check, are not what it is killed for.
    let n_lines = || std::fs::read_to_string(&journal).map_or(0, |text| text.matches('\n').count());
    for n_awaited in [9 + 3, 9 + 7] {
        let arguments = with(&["--out", "killed.csv"]);
        let run = (&arguments[..], folder.path(), "killed.csv");
        stop(run, || n_lines() >= n_awaited, |running| running.kill().unwrap());
        assert!(n_lines() < 25, "it was killed in the middle");
    }
    let other = fail(&with(&["--out", "killed.csv", "--seeds", "2"]), folder.path());
    assert!(other.contains("killed.csv.partial: is the journal of another sweep"), "{other}");
    succeed(&with(&["--out", "killed.csv"]), folder.path());
    assert_eq!(std::fs::read_to_string(file("killed.csv")).unwrap(), unbroken);
    assert!(!journal.exists());
}

#[test]
fn shards_are_merged_into_the_same_table() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let short = |more: &[&'static str]| {
        let axes =
            ["--set", "simulation.duration_ms=2000", "--seeds", "2", "--vary", "network.coupling.g=0,0.5,1"];
        [&["sweep", "--observe", "activity"], &axes[..], more].concat()
    };
    succeed(&short(&["--out", "whole.csv"]), folder.path());
    assert_eq!(read("whole.csv").lines().count(), 7);
    let said = succeed(&short(&["--out", "s.csv", "--shard", "2/2"]), folder.path());
    assert_eq!(said, "3 points in s.csv.2-of-2\n");
    let error = fail(&["sweep", "merge", "s.csv"], folder.path());
    assert!(
        error.contains("s.csv: 3 of 6 points are missing: shard 1/2 lacks 3 of 3; to write it"),
        "{error}"
    );
    succeed(&["sweep", "merge", "part.csv", "s.csv.2-of-2", "--incomplete"], folder.path());
    assert_eq!(read("part.csv").lines().count(), 4);
    succeed(&short(&["--out", "s.csv", "--shard", "1/2"]), folder.path());
    let again = succeed(&short(&["--out", "s.csv", "--shard", "1/2"]), folder.path());
    assert_eq!(again, "3 points in s.csv.1-of-2\n");
    assert_eq!(succeed(&["sweep", "merge", "s.csv"], folder.path()), "6 points in s.csv\n");
    assert_eq!(read("s.csv"), read("whole.csv"));
}

#[test]
fn what_is_wrong_is_said_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("folder.csv")).unwrap();
    for (arguments, said) in [
        (&["sweep"][..], "sweep: nothing varies; say what, as in --vary"),
        (&["sweep", "--seeds", "2", "--out", "sweep.xls"], "a table is written as .csv or .parquet"),
        (&["sweep", "--seeds", "2", "--out", "folder.csv"], "is a folder"),
        (&["sweep", "--seeds", "2", "--out", "missing/sweep.csv"], "missing/sweep.csv.partial"),
        (&["sweep", "--seeds", "2", "--observe", "bald"], "unknown observation `bald`"),
        (&["sweep", "--vary", "node.w_xx=1,2"], "no point can be run; the first, node.w_xx = 1: unknown key"),
        (&["sweep", "missing.toml", "--seeds", "2"], "missing.toml"),
        (&["sweep", "merge", "sweep.csv"], "no files of shards lie beside it"),
    ] {
        let error = fail(arguments, folder.path());
        assert!(error.starts_with("error: ") && error.contains(said), "{arguments:?}: {error}");
    }
    for (arguments, said) in [
        (&["sweep", "--vary", "node.w_ee=1..2.5"][..], "does not say how many numbers"),
        (&["sweep", "--shard", "3/2"], "shards are counted from 1/N to N/N"),
        (&["sweep", "--zip"], "--vary"),
    ] {
        let output = brainmass(arguments, folder.path());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains(said), "{arguments:?}: {error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn a_file_sweeps_by_itself_and_pairs_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = succeed(&["init"], folder.path());
    text.push_str("\n[sweep]\nvary = [\"network.coupling.g=0.1..0.3/3\"]\nseeds = 2\n");
    std::fs::write(folder.path().join("my.toml"), text).unwrap();
    let short = ["--set", "simulation.duration_ms=2000", "--observe", "activity"];
    succeed(&[&["sweep", "my.toml"], &short[..]].concat(), folder.path());
    let table = std::fs::read_to_string(folder.path().join("sweep.csv")).unwrap();
    let begins: Vec<String> =
        table.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(begins[0], "index,network.coupling.g,seed,status");
    assert_eq!(begins[1..4], ["0,0.1,0,ok", "1,0.1,1,ok", "2,0.2,0,ok"]);
    let zip = ["--vary", "seed=5,6", "--vary", "network.coupling.g=0.1,0.2", "--zip", "--out", "zip.csv"];
    succeed(&[&["sweep", "my.toml"], &short[..], &zip].concat(), folder.path());
    let table = std::fs::read_to_string(folder.path().join("zip.csv")).unwrap();
    assert!(table.lines().count() == 3 && table.contains("\n1,6,0.2,ok,"), "{table}");
}
