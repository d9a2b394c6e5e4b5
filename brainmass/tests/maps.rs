//! One number per region from a file, wherever a file of an experiment may say one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says when it skips"
)]

use std::path::{Path, PathBuf};

use brainmass::Experiment;

/// Three oscillators; what differs between them is put in by name.
fn experiment(folder: &Path, maps: [&str; 6]) -> Experiment {
    let [a, g, sigma, mean, drive, initial] = maps;
    std::fs::create_dir_all(folder.join("brain")).unwrap();
    std::fs::write(folder.join("brain/weights.csv"), "lh_V1,lh_M1,rh_V1\n0,1,2\n1,0,1\n2,1,0\n").unwrap();
    std::fs::write(folder.join("brain/tract_lengths.csv"), "lh_V1,lh_M1,rh_V1\n0,40,60\n40,0,50\n60,50,0\n")
        .unwrap();
    std::fs::write(folder.join("brain/region_labels.txt"), "lh_V1\nlh_M1\nrh_V1\n").unwrap();
    let text = format!(
        "[network]\nconnectome = 'brain'\n\
         [[network.coupling]]\nsource = 'x'\ninput = 'x_input'\ng_hz = {g}\n\
         [node]\nmodel = 'stuart_landau'\na_hz = {a}\n\
         [node.drive]\nx_input_hz = {drive}\n[node.initial]\nx = {initial}\n\
         [[noise]]\nstate = 'y'\nsigma = {sigma}\n\
         [[noise]]\ninput = 'x_input'\nsigma_hz = 0.1\nmean_hz = {mean}\ntau_ms = 20\n\
         [simulation]\ndt_ms = 1\nduration_ms = 100\n[observe.x]\nmodel = 'series'\nsource = 'x'\n"
    );
    std::fs::write(folder.join("my.toml"), text).unwrap();
    Experiment::open(&folder.join("my.toml")).unwrap()
}

fn bits(experiment: &Experiment) -> Vec<u64> {
    let outcome = experiment.run(&mut |_| ()).unwrap();
    outcome.signal("x").unwrap().series.values().iter().map(|value| value.to_bits()).collect()
}

#[test]
fn a_map_is_the_list_it_stands_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("map.txt", "0.5\n1.0\n2.0\n");
    write("map.csv", "region,myelin,nmda\nrh_V1,2.0,8.0\nlh_V1,0.5,2.0\nlh_M1,1.0,4.0\n");
    let array = brainmass::datasets::NpyArray::numbers(vec![3], vec![0.5, 1.0, 2.0]).unwrap();
    brainmass::datasets::write_npy(&folder.join("map.npy"), &array).unwrap();
    let lists =
        ["[-1.5, -1.0, 0.0]", "[0.5, 1.0, 2.0]", "[2.0, 4.0, 8.0]", "[0.5, 1.0, 2.0]", "[1.0, 2.0, 4.0]"];
    let initial = "[0.75, 1.0, 1.5]";
    let listed = bits(&experiment(folder, [lists[0], lists[1], lists[2], lists[3], lists[4], initial]));
    let mapped = experiment(
        folder,
        [
            "{ file = 'map.txt', offset = -2 }",
            "{ file = 'map.npy' }",
            "{ file = 'map.csv', column = 'nmda' }",
            "{ file = 'map.csv', column = 'myelin' }",
            "{ file = 'map.csv', column = 'nmda', scale = 0.5 }",
            "{ file = 'map.txt', scale = 0.5, offset = 0.5 }",
        ],
    );
    // The offset of the first: 0.5 - 2, 1 - 2, 2 - 2.
    assert_eq!(bits(&mapped), listed);
    // Every one of the six matters.
    for key in [
        "node.a_hz.offset=-3",
        "network.coupling.g_hz.scale=0.9",
        "noise.0.sigma.scale=0.9",
        "noise.1.mean_hz.column=nmda",
        "node.drive.x_input_hz.offset=0.1",
        "node.initial.x.scale=0.4",
    ] {
        let mut changed = mapped.clone();
        changed.set(key).unwrap();
        assert_ne!(bits(&changed), listed, "{key}");
    }
}

/// A map of ln 1, ln 2 and ln 4 through each link is a list known by hand.
#[test]
fn a_map_through_a_link_is_the_list_it_stands_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let logarithms = [0.0, 2.0_f64.ln(), 4.0_f64.ln()].map(|number| number.to_string()).join("\n");
    std::fs::write(folder.join("ln.txt"), logarithms).unwrap();
    let x = |a: &str, sigma: &str, g: &str, drive: &str| {
        let experiment = experiment(folder, [a, g, sigma, "0", drive, "0.5"]);
        let outcome = experiment.run(&mut |_| ()).unwrap();
        outcome.signal("x").unwrap().series.values().clone()
    };
    let listed = x(
        // −½ times 1, ½, ¼; 4 times 1, 2, 4; 15 y/(1 + y) for a y of 2, 4, 8; ln(1 + y) for a y of 3, 6, 12.
        "[-0.5, -0.25, -0.125]",
        "[4.0, 8.0, 16.0]",
        "[10.0, 12.0, 13.333333333333334]",
        "[1.3862943611198906, 1.9459101490553132, 2.5649493574615367]",
    );
    let linked = x(
        "{ file = 'ln.txt', scale = -1, offset = -0.5, link = 'log' }",
        "{ offset = 4, link = 'log', maps = [{ file = 'ln.txt', scale = 3 }, { file = 'ln.txt', scale = -2 }] }",
        "{ file = 'ln.txt', offset = 10, link = 'logit: 0 .. 15' }",
        "{ file = 'ln.txt', offset = 1.3862943611198906, link = 'softplus:0..1' }",
    );
    // A hundred steps of rounding in the last digit.
    assert!((&linked - &listed).amax() < 1e-12 * listed.amax(), "{linked} {listed}");
    // Where no map acts, the offset is the value, to the last digit but one.
    let flat = |link: &str| {
        let map = format!("{{ file = 'ln.txt', scale = 0, offset = -0.4, link = '{link}' }}");
        x(&map, "1", "1", "1")
    };
    let plain = x("-0.4", "1", "1", "1");
    for link in ["log", "logit:-5..-0.025", "softplus:-0.025..-0.5"] {
        assert!((flat(link) - &plain).amax() < 1e-12 * plain.amax(), "{link}");
    }
}

#[test]
fn what_is_wrong_with_a_map_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("short.txt", "0.5\n1.0\n");
    write("other.csv", "region,myelin\nV1,2.0\nV2,0.5\nV3,1.0\n");
    write("map.txt", "0.5\n1.0\n2.0\n");
    let base = experiment(folder, ["1", "1", "0.1", "0", "0", "0"]);
    for (change, said) in [
        ("node.a_hz={ file = 'short.txt' }", "short.txt: expected 3 numbers, one per region, found 2"),
        ("node.a_hz={ file = 'none.txt' }", "none.txt"),
        (
            "node.a_hz={ file = 'other.csv' }",
            "3 of 3 regions are missing, the first `lh_V1`; the file begins with `V1`",
        ),
        (
            "node.a_hz={ file = 'map.txt', column = 'myelin' }",
            "map.txt: has no header, so no column `myelin`",
        ),
        (
            "node.a_hz={ file = 'map.txt', sclae = 2 }",
            "unknown key in [node.a_hz] `sclae`; there are: offset, maps, file, scale, column",
        ),
        ("node.a_hz={ scale = 2 }", "[node.a_hz] file: is missing"),
        ("node.a_hz={ file = 'map.txt', scale = 'two' }", "[node.a_hz] scale: expected a number"),
        ("node.a_hz={ file = 'map.txt', scale = [1, 2] }", "[node.a_hz] scale: expected one number, found 2"),
        ("node.a_hz={ file = 'map.txt', link = 'log' }", "[node.a_hz] offset: is missing: a link begins"),
        (
            "node.a_hz={ file = 'map.txt', offset = 0, link = 'log' }",
            "[node.a_hz] link: log link: multiplies, and zero stays zero",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = 1, link = 'log:1..2' }",
            "[node.a_hz] link: log has no bounds but keeps the sign of the offset",
        ),
        ("node.a_hz={ file = 'map.txt', offset = 1, link = 'logit' }", "logit needs bounds, as in logit:"),
        ("node.a_hz={ file = 'map.txt', offset = 1, link = 'logit:1' }", "its bounds are LOW..HIGH"),
        (
            "node.a_hz={ file = 'map.txt', offset = 1, link = 'logit:2..1' }",
            "the bounds 2 and 1 do not enclose",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = 3, link = 'logit:1..2' }",
            "its values lie between 1 and 2, and reach neither; 3 does not",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = -3, link = 'softplus:1..2' }",
            "its values lie above 1; -3 does not",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = 1, link = 'probit' }",
            "unknown link `probit`; there are: log, logit, softplus",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = 1, link = 1 }",
            "[node.a_hz] link: expected a text in quotes",
        ),
        (
            "node.a_hz={ file = 'map.txt', offset = 1, scale = 1e3, link = 'log' }",
            "parameter `a`: inf at region 1, where a finite number is due",
        ),
        ("node.a_hz={ offset = 1, link = 'log' }", "[node.a_hz] file: is missing"),
        ("node.a_ms={ file = 'map.txt' }", "[node] a_ms: has the unit s; the key should be a_hz"),
        ("node.a_hz={ file = 'map.txt', scale = 1e300 }", "parameter `a` of stuart_landau"),
        ("network.coupling.0.g_hz={ file = 'short.txt' }", "short.txt: expected 3 numbers"),
        ("noise.1.tau_ms={ file = 'map.txt' }", "expected one number, found 3"),
        ("simulation.dt_ms={ file = 'map.txt' }", "[simulation] dt_ms: expected a number"),
    ] {
        let mut experiment = base.clone();
        experiment.set(change).unwrap();
        let error = experiment.check().unwrap_err().to_string();
        assert!(error.contains(said), "{change}: {error}");
    }
}

/// Gradients of the cortex in the order of the Schaefer parcels, and the same beside their names in another order.
#[test]
fn maps_of_the_schaefer_parcels() {
    let Some(data) = std::env::var_os("BRAINMASS_DATA").map(PathBuf::from) else {
        println!("skipped: BRAINMASS_DATA is not set");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments/schaefer100_bold.toml");
    let mut experiment = Experiment::open(&path).unwrap();
    experiment.set("simulation.duration_ms=40000").unwrap();
    let map = data.join("hcp_schaefer100/maps/ctx_parc-schaefer-100_desc-myelinmap_zscore.txt");
    let with = |file: &Path, scale: f64| {
        let mut experiment = experiment.clone();
        let file = file.display();
        experiment.set(&format!("node.a_hz={{ file = '{file}', scale = {scale}, offset = -0.3 }}")).unwrap();
        experiment.run(&mut |_| ()).unwrap()
    };
    let bold =
        |outcome: &brainmass::experiment::Outcome| outcome.signal("bold").unwrap().series.values().clone();
    let mapped = with(&map, 0.05);
    let labels = mapped.parts[0].connectome.labels().to_vec();
    let numbers = std::fs::read_to_string(&map).unwrap();
    let row = |(label, number): (&String, &str)| format!("\"{label}\",{number}\n");
    let mut rows: Vec<String> = labels.iter().zip(numbers.lines()).map(row).collect();
    rows.reverse();
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("myelin.csv");
    std::fs::write(&table, format!("region,myelin\n{}", rows.concat())).unwrap();
    assert_eq!(bold(&with(&table, 0.05)), bold(&mapped));
    assert_ne!(bold(&with(&map, 0.0)), bold(&mapped));
}
