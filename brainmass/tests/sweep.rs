//! Sweeps as a program meets them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use brainmass::Experiment;
use brainmass::sweep::{Axis, Results, Settings, Shard, Status, Sweep, merge, shard_files};

/// Eight oscillators with noise, their BOLD and its score: 20 s in some milliseconds.
const SMALL: &str = "[network]\nconnectome = 'example'\n\
    [[network.coupling]]\nsource = 'x'\ninput = 'x_input'\ng_hz = 1.0\n\
    [node]\nmodel = 'stuart_landau'\na_hz = -0.2\n\
    [[noise]]\nstate = 'x'\nsigma = 0.1\n[[noise]]\nstate = 'y'\nsigma = 0.1\n\
    [simulation]\ndt_ms = 10\nduration_ms = 20000\nintegrator = 'heun'\n\
    [observe.bold]\nmodel = 'bold'\nsource = 'x'\nrepetition_time_ms = 1000\nstep_ms = 20\n\
    [objective]\ntarget_fc = 'example'\n";

fn small(more: &str) -> Experiment {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.toml");
    std::fs::write(&path, format!("{SMALL}{more}")).unwrap();
    Experiment::open(&path).unwrap()
}

fn sweep(axes: &[&str]) -> Sweep {
    let axes = axes.iter().map(|text| text.parse::<Axis>().unwrap());
    axes.fold(Sweep::new(small("")), |sweep, axis| sweep.with_axis(axis).unwrap())
}

fn run(sweep: &Sweep, settings: &Settings) -> Results {
    sweep.run(settings, &mut |_| ()).unwrap()
}

fn csv(results: &Results) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sweep.csv");
    results.write(&path).unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_row_is_what_a_run_of_its_own_gives() {
    let sweep = sweep(&["network.coupling.g_hz=0.5,2.0", "noise.1.sigma=0.05,0.2", "seed=7"]);
    let results = run(&sweep, &Settings::default());
    assert_eq!(results.keys(), ["network.coupling.g_hz", "noise.1.sigma", "seed"]);
    let mut alone = small("");
    for assignment in ["network.coupling.0.g_hz=2.0", "noise.1.sigma=0.05", "simulation.seed=7"] {
        alone.set(assignment).unwrap();
    }
    let outcome = alone.run(&mut |_| ()).unwrap();
    let summary = brainmass::report::summary(&outcome);
    // Point 2 is the first with the second coupling.
    for name in ["fc_correlation", "fc_rmse"] {
        assert_eq!(results.column(name).unwrap()[2], summary[name].as_f64(), "{name}");
    }
    let deviation = summary["signals"]["bold"]["standard_deviation"].as_f64();
    assert_eq!(results.column("standard_deviation_bold").unwrap()[2], deviation);
    let correlations = results.column("fc_correlation").unwrap();
    assert!((0..4).all(|a| (0..a).all(|b| correlations[a] != correlations[b])), "{correlations:?}");
    assert_eq!(results.column("nothing"), None);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sweep = sweep(&["network.coupling.g_hz=0.2..1.0/5", "seed=1..4"]);
    let with = |threads| csv(&run(&sweep, &Settings { threads, ..Settings::default() }));
    let one = with(1);
    assert_eq!(one.lines().count(), 21);
    for threads in [2, 3, 8] {
        assert_eq!(with(threads), one, "{threads} threads");
    }
}

#[test]
fn a_point_that_fails_keeps_its_reason_and_the_others_run() {
    // A step that does not divide the run; a rate of growth that leaves the numbers; a run too short for a score.
    let results = run(
        &sweep(&["node.a_hz=-0.2,1e4", "simulation.duration_ms=20000,2000,20005"]),
        &Settings { threads: 2, ..Settings::default() },
    );
    let status: Vec<&Status> = results.rows().iter().map(|row| &row.status).collect();
    assert_eq!(*status[0], Status::Done);
    assert!(matches!(status[1], Status::Unscored(_)), "{}", status[1]);
    assert!(matches!(status[2], Status::Failed(reason) if reason.contains("is not a multiple of dt")));
    for point in [3, 4] {
        assert!(status[point].to_string().starts_with("the run diverged at step"), "{}", status[point]);
        assert!(results.rows()[point].numbers.iter().all(Option::is_none));
    }
    assert_eq!(results.n_failed(), 4);
    let (scored, samples) =
        (results.column("fc_correlation").unwrap(), results.column("n_samples_bold").unwrap());
    assert!(scored[0].is_some() && scored[1].is_none());
    assert_eq!((samples[0], samples[1], samples[2]), (Some(15.0), Some(2.0), None));
    let table = csv(&results);
    assert!(table.starts_with("index,node.a_hz,simulation.duration_ms,status,fc_correlation,fc_rmse,"));
    let line = table.lines().find(|line| line.starts_with("2,-0.2,20005,")).unwrap();
    assert!(line.ends_with(&",".repeat(results.columns().len())), "{line}");
}

#[test]
fn what_is_wrong_with_all_points_is_an_error_before_any_runs() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default().with_journal_beside(&folder.path().join("sweep.csv"));
    for (axis, said) in [
        ("network.coupling.q=1,2", "unknown key in [network.coupling] `q`"),
        ("netwerk.coupling.g=1,2", "unknown section `netwerk`"),
        ("node.a_mv=1,2", "[node] a_mv: has the unit V; the key should be a_hz"),
        ("noise.sigma=1,2", "noise.sigma=1: there are 2 sections [[noise]]: say which, as in `noise.0`"),
        ("simulation.dt_ms=0,-1", "simulation.dt_ms = 0, seed = 1: dt: 0 s, but it must be above zero"),
        ("simulation.integrator=rk9", "there are: euler"),
    ] {
        let mut n_run = 0;
        let error =
            sweep(&[axis, "seed=1,2"]).run(&settings, &mut |progress| n_run += progress.done).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(said) && text.starts_with("no point can be run; the first, "), "{text}");
        assert_eq!(n_run, 0);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    let seeds = run(&sweep(&["seed=-1,1"]), &Settings::default());
    assert_eq!(seeds.rows()[0].status.to_string(), "seed=-1: expected a whole number of zero or more");
}

#[test]
fn a_file_describes_its_sweep() {
    let described = |text: &str| Sweep::described_by(small(text));
    let grid =
        described("[sweep]\nvary = ['node.a_hz=-0.2,-0.1', 'network.coupling.g_hz=1..3']\nseeds = 2\n");
    assert_eq!(grid.unwrap().n_points(), 12);
    let zipped =
        described("[sweep]\nvary = ['node.a_hz=-0.2,-0.1', 'node.beta_hz=1,2']\nzip = true\n").unwrap();
    assert_eq!(zipped.n_points(), 2);
    assert_eq!(run(&zipped, &Settings::default()).n_failed(), 0);
    let error =
        |text: &str| (described(text).unwrap_err().to_string(), small(text).check().unwrap_err().to_string());
    for (text, said) in [
        ("[sweep]\nvari = []\n", "unknown key in [sweep] `vari`; there are: vary, seeds, zip"),
        ("[sweep]\nvary = ['node.a_hz=0.1..1']\n", "does not say how many numbers"),
        ("[sweep]\nvary = [1]\n", "[sweep] vary: expected a list of texts in quotes"),
        ("[sweep]\nvary = ['seed=1,2', 'simulation.seed=1']\n", "`seed` changes it as well"),
        ("[sweep]\nseeds = 0\n", "seeds: 1 to 1000000 seeds, not 0"),
    ] {
        let (sweep, run) = error(text);
        assert!(sweep.contains(said) && run == sweep, "{sweep}");
    }
    // One run of such a file is a run of its own values.
    small("[sweep]\nvary = ['node.a_hz=-0.2,-0.1']\n").run(&mut |_| ()).unwrap();
}

#[test]
fn a_sweep_goes_on_where_its_journal_ends() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sweep.csv");
    let settings = Settings { threads: 2, ..Settings::default() }.with_journal_beside(&out);
    let journal = settings.journal.clone().unwrap();
    // One of them fails its check.
    let sweep = sweep(&["network.coupling.g_hz=0.2..1.0/5", "noise.0.sigma=0.1,-1"]);
    let unbroken = csv(&run(&sweep, &Settings::default()));
    assert_eq!(csv(&run(&sweep, &settings)), unbroken);
    let lines = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = lines.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 11);
    for kept in [1, 4, 9, 11] {
        std::fs::write(&journal, lines[..kept].concat()).unwrap();
        let mut seen = Vec::new();
        let results = sweep.run(&settings, &mut |progress| seen.push(progress.done)).unwrap();
        assert_eq!(csv(&results), unbroken, "{kept} lines");
        assert_eq!(seen, (kept - 1..=10).collect::<Vec<_>>(), "what is done is not done again");
    }
}

/// The other tests have too few points for an eight.
#[test]
fn eight_side_by_side_give_the_rows_of_lone_runs() {
    // Two eights and two points more. Without a limit and with growth a point diverges.
    let sweep = sweep(&["node.beta_hz=0,1", "node.a_hz=-1.0,-0.9,-0.8,-0.7,-0.6,-0.5,-0.4,-0.3,50"]);
    let threads = |threads| Settings { threads, ..Settings::default() };
    // Two eights are too few for three threads: there every point runs alone.
    let (alone, beside) = (run(&sweep, &threads(3)), run(&sweep, &threads(1)));
    assert_eq!(csv(&beside), csv(&alone));
    assert_eq!(csv(&run(&sweep, &threads(2))), csv(&alone));
    let failed: Vec<usize> =
        (0..18).filter(|index| matches!(beside.rows()[*index].status, Status::Failed(_))).collect();
    assert_eq!(failed, [8], "{}", beside.rows()[8].status);
    assert!(beside.rows()[8].status.to_string().contains("the run diverged at step"));

    let folder = tempfile::tempdir().unwrap();
    let settings = threads(1).with_journal_beside(&folder.path().join("sweep.csv"));
    let mut seen = Vec::new();
    sweep.run(&settings, &mut |progress| seen.push(progress.done)).unwrap();
    assert_eq!(seen, (0..=18).collect::<Vec<_>>());
    // What is left makes other eights.
    let journal = settings.journal.clone().unwrap();
    let lines = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<&str> = lines.split_inclusive('\n').collect();
    std::fs::write(&journal, lines[..6].concat()).unwrap();
    assert_eq!(csv(&run(&sweep, &settings)), csv(&alone));
}

fn shard(sweep: &Sweep, out: &Path, text: &str) {
    let shard: Shard = text.parse().unwrap();
    let settings = Settings { shard: Some(shard), ..Settings::default() }.with_journal_beside(out);
    let results = run(sweep, &settings);
    assert!(results.rows().iter().all(|row| shard.contains(row.index)));
}

#[test]
fn shards_join_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sweep.csv");
    // Every third point fails: one whole shard has nothing to run.
    let sweep = sweep(&["network.coupling.g_hz=0.5,1.0,2.0", "noise.0.sigma=-1,0.1,0.2"]);
    for text in ["3/3", "1/3"] {
        shard(&sweep, &out, text);
    }
    let merged = merge(&shard_files(&out).unwrap()).unwrap();
    assert_eq!(merged.missing, [1, 4, 7]);
    assert_eq!(merged.gaps().unwrap(), "3 of 9 points are missing: shard 2/3 lacks 3 of 3");
    shard(&sweep, &out, "2/3");
    let merged = merge(&shard_files(&out).unwrap()).unwrap();
    assert_eq!((merged.gaps(), merged.n_points), (None, 9));
    assert_eq!(csv(&merged.results), csv(&run(&sweep, &Settings::default())));

    let other = self::sweep(&["network.coupling.g_hz=0.5,1.0,2.0", "noise.0.sigma=-1,0.1,0.3"]);
    shard(&other, &folder.path().join("other.csv"), "2/3");
    let files = ["sweep.csv.1-of-3", "other.csv.2-of-3"].map(|name| folder.path().join(name));
    let error = merge(&files).unwrap_err().to_string();
    assert!(
        error.contains("other.csv.2-of-3: is of another sweep") && error.contains("other values"),
        "{error}"
    );
    assert!(merge(&[]).unwrap_err().to_string().contains("no file to join"));
    assert!(merge(&[folder.path().join("nothing")]).unwrap_err().to_string().contains("nothing"));
}
