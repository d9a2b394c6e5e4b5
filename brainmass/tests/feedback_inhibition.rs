//! Feedback inhibition from a file.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use brainmass::Experiment;
use brainmass::core::Result;

const FILE: &str = "[network]\nconnectome = 'example'\nnormalize = 'in_strength'\n[network.coupling]\nkind = 'additive'\n\
    source = 's_e'\ninput = 's_input'\ng = 0.5\n[node]\nmodel = 'reduced_wong_wang_exc_inh'\n\
    [node.initial]\ns_e = 0.16\ns_i = 0.04\n[node.feedback_inhibition]\n\
    [simulation]\ndt_ms = 1\nduration_ms = 4000\n[observe.s_e]\nmodel = 'average'\nsource = 's_e'\nperiod_ms = 500\n";

fn experiment(folder: &std::path::Path, settings: &[&str]) -> Result<Experiment> {
    std::fs::write(folder.join("x.toml"), FILE).unwrap();
    let mut experiment = Experiment::open(&folder.join("x.toml"))?;
    settings.iter().try_for_each(|setting| experiment.set(setting))?;
    Ok(experiment)
}

/// A rate r makes `s_e` = γ τ r/(1 + γ τ r) with γ = 0.641 and τ = 0.1 s; without noise regions stay there to rounding.
#[test]
fn all_regions_fire_at_the_target_rate() {
    let folder = tempfile::tempdir().unwrap();
    for (settings, rate) in [
        (&[][..], 3.0631),
        (&["node.feedback_inhibition.target_rate_hz=4"], 4.0),
        (&["network.coupling.g=1.0", "node.feedback_inhibition.target_rate_hz=2.5"], 2.5),
    ] {
        let outcome = experiment(folder.path(), settings).unwrap().run(&mut |_| ()).unwrap();
        let s_e = outcome.signal("s_e").unwrap().series.values();
        let opening = 0.641 * 0.1 * rate;
        let due = opening / (1.0 + opening);
        for last in s_e.column(s_e.ncols() - 1).iter() {
            // The rate of the paper is given to five digits.
            assert!((last / due - 1.0).abs() < 2e-4, "{settings:?}: {last} {due}");
        }
    }
}

#[test]
fn what_it_cannot_balance_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (settings, said) in [
        (&["node.j_i_na=1.0"][..], "stands beside `j_i`"),
        (&["node.w_p=[1.4,1.4,1.4,1.4,1.4,1.4,1.4,1.5]"], "the same in all regions"),
        (&["network.coupling.kind=diffusive"], "needs one connection: additive"),
        (&["node.feedback_inhibition.rate=1"], "unknown key in [node.feedback_inhibition] `rate`"),
        (&["node.feedback_inhibition.target_rate_hz=-1"], "target rate of feedback inhibition"),
        (&["node.model=wilson_cowan", "node.initial={}"], "reduced_wong_wang_exc_inh"),
    ] {
        let error = experiment(folder.path(), settings).unwrap().check().unwrap_err().to_string();
        assert!(error.contains(said), "{settings:?}: {error}");
    }
}
