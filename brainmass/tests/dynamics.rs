//! What a file says of couplings, weights, stimuli and noise.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use brainmass::Experiment;
use brainmass::experiment::AnySeries;
use nalgebra::DMatrix;

/// A node that only adds up what arrives, in steps of a millisecond: 1 Hz for a second makes 1.
const REST: &str = r#"
[node]
model = "linear"
gamma_hz = 0.0
[simulation]
dt_ms = 1.0
duration_ms = 10.0
integrator = "euler"
[observe.x]
model = "series"
source = "x"
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("weights.csv", "0,3,1\n3,0,0\n1,0,0\n");
        folder.write("lengths.csv", "0,0,0\n0,0,0\n0,0,0\n");
        folder.write("labels.txt", "left\nright\nthalamus\n");
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.0.path()).join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// An experiment with some lines in `[network]` and some sections of its own.
    fn experiment(&self, network: &str, sections: &str) -> Experiment {
        let files =
            "connectome = \"weights.csv\"\ntract_lengths = \"lengths.csv\"\nlabels = \"labels.txt\"\n";
        self.write("experiment.toml", &format!("[network]\n{files}{network}\n{sections}\n{REST}"));
        Experiment::open(&self.path("experiment.toml")).unwrap()
    }

    fn run(&self, network: &str, sections: &str) -> DMatrix<f64> {
        let outcome = self.experiment(network, sections).run(&mut |_| ()).unwrap();
        match &outcome.signal("x").unwrap().series {
            AnySeries::Plain(series) => series.values().clone(),
            other => panic!("{other:?}"),
        }
    }

    fn fail(&self, network: &str, sections: &str) -> String {
        self.experiment(network, sections).check().unwrap_err().to_string()
    }
}

fn pulse(more: &str) -> String {
    format!(
        "[[stimulus]]\ninput = \"x_input\"\nkind = \"pulse\"\namplitude_hz = 2.0\nduration_ms = 3.0\n{more}"
    )
}

#[test]
fn stimuli_act_where_and_when_the_file_says() {
    let folder = Folder::new();
    let x = folder.run("", &pulse("onset_ms = 4.0\nregions = [\"left\", \"thalamus\"]"));
    for (step, expected) in [(3, 0.0), (4, 2e-3), (6, 6e-3), (9, 6e-3)] {
        assert!((x[(0, step)] - expected).abs() < 1e-15, "step {step}: {}", x[(0, step)]);
        assert_eq!((x[(1, step)], x[(2, step)]), (0.0, x[(0, step)]));
    }
    // A file with a column per region at another period, held, and drives added up.
    folder.write("course.csv", "1,0,0\n0,2,0\n");
    let series = "[[stimulus]]\ninput = \"x_input\"\nkind = \"series\"\namplitude_hz = 1.0\nfile = \"course.csv\"\nperiod_ms = 2.0\n";
    let held = format!("{series}interpolation = \"held\"\n{}", pulse("weights = [0, 0, -1]"));
    let last = folder.run("", &held).column(9).into_owned();
    assert!((last - nalgebra::dvector![2e-3, 4e-3, -6e-3]).amax() < 1e-15);
    assert!(folder.fail("", series).contains("or an interpolation"));
    assert!(folder.fail("", &pulse("regions = [\"middle\"]")).contains("left, right, thalamus"));
    assert!(
        folder.fail("", &pulse("regions = [\"left\"]\nweights = [1, 0, 0]")).contains("beside `weights`")
    );
    assert!(folder.fail("", &pulse("weights = [1, 0]")).contains("3 weights, one per region, found 2"));
    assert!(folder.fail("", &pulse("width_ms = 1.0")).contains("unknown key in [stimulus] `width_ms`"));
    assert!(folder.fail("", &pulse("").replace("\"pulse\"", "\"step\"")).contains("gaussian, series"));
    assert!(folder.fail("", &pulse("").replace("amplitude_hz", "amplitude_mv")).contains("found one in V"));
}

#[test]
fn every_shape_is_read() {
    let folder = Folder::new();
    for keys in [
        "kind = \"pulse_train\"\nwidth_ms = 2.0\nperiod_ms = 5.0\ncount = 1",
        "kind = \"sinusoid\"\nfrequency_hz = 250.0\nonset_ms = 1.0\nduration_ms = 1.0\nphase = 1.5707963267948966",
        "kind = \"ramp\"\nonset_ms = 8.0\nduration_ms = 1.0",
        "kind = \"gaussian\"\ncentre_ms = 5.0\nwidth_ms = 2.0",
    ] {
        let x = folder.run("", &format!("[[stimulus]]\ninput = \"x_input\"\namplitude_hz = 1.0\n{keys}"));
        let expected = match keys {
            train if train.contains("train") => 2.0,
            sine if sine.contains("sinusoid") => 1.0,
            ramp if ramp.contains("ramp") => 1.0,
            _ => (0..10).map(|t| (-0.125 * f64::from(t - 5).powi(2)).exp()).sum(),
        };
        assert!((x[(0, 9)] - 1e-3 * expected).abs() < 1e-15, "{keys}: {}", x[(0, 9)]);
    }
}

#[test]
fn couplings_and_normalisations_are_named() {
    let folder = Folder::new();
    let start = "[node.initial]\nx = [1.0, 2.0, 4.0]\n";
    let coupling =
        |keys: &str| format!("[network.coupling]\nsource = \"x\"\ninput = \"x_input\"\n{keys}\n{start}");
    // REST has [node] after [node.initial], which TOML allows.
    let first_step = |network: &str, keys: &str| {
        let x = folder.run(network, &coupling(keys));
        (x.column(0) - nalgebra::dvector![1.0, 2.0, 4.0]) * 1e3
    };
    let near = |found: nalgebra::DVector<f64>, expected: [f64; 3]| {
        assert!((&found - nalgebra::DVector::from_row_slice(&expected)).amax() < 1e-10, "{found}");
    };
    near(first_step("", "kind = \"additive\"\ng_hz = 1.0\nb_hz = [0.0, 1.0, 2.0]"), [10.0, 4.0, 3.0]);
    let tanh = [10.0_f64, 3.0, 1.0].map(|sum| 2.0 * (0.1 * sum).tanh());
    near(first_step("", "kind = \"hyperbolic_tangent_of_sum\"\ng_hz = 2.0\nslope = 0.1"), tanh);
    near(first_step("normalize = \"in_strength\"", "g_hz = 1.0"), [1.5, -1.0, -3.0]);
    near(
        first_step("normalize = [\"maximum\", \"none\"]", "kind = \"additive\"\ng_hz = 3.0"),
        [10.0, 3.0, 1.0],
    );
    let laplacian = "kind = \"additive\"\ng_hz = 1.0\nself_connections = true";
    near(first_step("normalize = \"laplacian\"", laplacian), [6.0, -3.0, -3.0]);
    near(first_step("", "kind = \"additive\"\ng_hz = 1.0\nsquared_weights = true"), [22.0, 9.0, 1.0]);
    // What stood still before is what arrives late.
    let within = "kind = \"additive\"\ng_hz = 1.0\nwithin_regions = true\ndelay_ms = 3.0";
    near(first_step("", within), [1.0, 2.0, 4.0]);
    assert!(
        folder.fail("", &coupling(&format!("{within}\nself_connections = true"))).contains("one of them")
    );
    let speed = format!("{within}\nconduction_speed_mm_per_ms = 1.0");
    assert!(folder.fail("", &coupling(&speed)).contains("no place"));
    assert!(folder.fail("", &coupling("g_hz = 1.0\ndelay_ms = -1.0")).contains("not negative"));
    assert!(folder.fail("", &coupling("kind = \"tanh\"\ng_hz = 1.0")).contains("hyperbolic_tangent"));
    assert!(folder.fail("", &coupling("g_hz = 1.0\nslope = 2.0")).contains("unknown key"));
    assert!(folder.fail("normalize = \"max\"", &coupling("g_hz = 1.0")).contains("laplacian_symmetric"));
}

#[test]
fn noise_is_named() {
    let folder = Folder::new();
    folder.write("c.csv", "1,0.5,0\n0.5,1,0\n0,0,1\n");
    folder.write("wrong.csv", "1,1.5,0\n1.5,1,0\n0,0,1\n");
    let on_input = |keys: &str| format!("[noise]\ninput = \"x_input\"\nsigma_hz = 1.0\n{keys}");
    for keys in [
        "tau_ms = 5.0\ncorrelation = \"c.csv\"",
        "kind = \"pink\"\nlow_hz = 1.0\nhigh_hz = 100.0",
        "kind = \"brown\"\ncommon = [1, 2, 4]",
        "kind = \"blue\"\nlow_hz = 1.0\nhigh_hz = 100.0",
        "kind = \"violet\"",
    ] {
        let x = folder.run("", &on_input(keys));
        assert!(x.row(0).amax() > 0.0, "{keys}");
        let common = (x.row(0) * 4.0 - x.row(2)).amax() < 1e-15;
        assert_eq!(common, keys.contains("common"), "{keys}");
    }
    // Noise times a state that is 0 is none.
    let on_state = |keys: &str| format!("[noise]\nstate = \"x\"\nsigma = 1.0\n{keys}");
    assert_eq!(folder.run("", &on_state("multiplicative = \"proportional\"")).amax(), 0.0);
    assert!(folder.run("", &on_state("")).amax() > 0.0);
    let fail = |sections: String| folder.fail("", &sections);
    assert!(fail(on_input("kind = \"grey\"")).contains("pink, brown"));
    assert!(fail(on_input("kind = \"pink\"\nlow_hz = 1.0")).contains("high_hz: is missing"));
    assert!(
        fail(on_input("kind = \"pink\"\nlow_hz = 1.0\nhigh_hz = 501.0")).contains("half a cycle per step")
    );
    assert!(fail(on_input("tau_ms = 5.0\ncorrelation = \"wrong.csv\"")).contains("eigenvalue"));
    assert!(fail(on_input("kind = \"brown\"\ncommon = [1, 2]")).contains("expected 3 regions, found 2"));
    assert!(fail(on_state("multiplicative = \"square\"")).contains("proportional"));
    assert!(fail(on_state("kind = \"pink\"")).contains("unknown key"));
}
