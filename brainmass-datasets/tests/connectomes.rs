//! Connectomes from zip, `.npz`, folders and pairs of files, and the registry of datasets.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::Write;
use std::path::{Path, PathBuf};

use brainmass_core::units::{Meter, mm};
use brainmass_core::{Connectome, Error};
use brainmass_datasets::{
    Dataset, Entry, NpyArray, Npz, Registry, example_connectome, example_fc, example_signal, read_connectome,
    read_connectome_files, write_npz,
};
use bzip2::Compression;
use bzip2::write::BzEncoder;
use nalgebra::{DMatrix, dmatrix};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const WEIGHTS: &str = "0 0.5 2\n1 0 3\n4 5 0\n";
const LENGTHS: &str = "0 10 20\n10 0 30\n20 30 0\n";
const CENTRES: &str = "left 1 2 3\nright -1 2 3 None\nmid 0 0 0\n";

fn zip(path: &Path, members: &[(&str, &[u8])]) -> PathBuf {
    let mut writer = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap();
    path.to_owned()
}

fn packed(content: &str) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn expected() -> Connectome {
    let weights = dmatrix![0.0, 0.5, 2.0; 1.0, 0.0, 3.0; 4.0, 5.0, 0.0];
    let lengths = dmatrix![0.0, 10.0, 20.0; 10.0, 0.0, 30.0; 20.0, 30.0, 0.0];
    let labels = ["left", "right", "mid"].map(str::to_owned).to_vec();
    let centres = dmatrix![1.0, -1.0, 0.0; 2.0, 2.0, 0.0; 3.0, 3.0, 0.0];
    Connectome::new(weights, Meter::new(lengths * 1e-3), labels)
        .and_then(|connectome| connectome.with_centres(Meter::new(centres * 1e-3)))
        .unwrap()
}

#[test]
fn the_same_connectome_from_every_container() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (weights, lengths, centres) = (packed(WEIGHTS), packed(LENGTHS), packed(CENTRES));
    let root: &[(&str, &[u8])] = &[
        ("weights.txt", WEIGHTS.as_bytes()),
        ("tract_lengths.txt", LENGTHS.as_bytes()),
        ("centres.txt", CENTRES.as_bytes()),
        ("areas.txt", b"not a number"),
        ("info.txt", b"weights_unit = \"au\""),
    ];
    let nested: &[(&str, &[u8])] = &[
        ("subject/weights.txt.bz2", &weights),
        ("subject/tract_lengths.txt.bz2", &lengths),
        ("subject/centers.txt.bz2", &centres),
        ("__MACOSX/subject/._weights.txt", b"\0\x05\x16\x07"),
    ];
    let expected = expected();
    let npz = at("c.npz");
    let array = |text: &str| {
        let values = text.split_whitespace().map(|field| field.parse().unwrap()).collect();
        NpyArray::numbers(vec![3, 3], values).unwrap()
    };
    let centres = NpyArray::numbers(vec![3, 3], vec![1.0, 2.0, 3.0, -1.0, 2.0, 3.0, 0.0, 0.0, 0.0]).unwrap();
    let labels = NpyArray::text(expected.labels().to_vec());
    let arrays =
        [("weights", array(WEIGHTS)), ("lengths", array(LENGTHS)), ("labels", labels), ("centres", centres)];
    write_npz(&npz, &arrays).unwrap();
    std::fs::create_dir(at("files")).unwrap();
    std::fs::write(at("files/weights.csv"), format!("left,right,mid\n{}", WEIGHTS.replace(' ', ",")))
        .unwrap();
    std::fs::write(at("files/distances.txt"), LENGTHS).unwrap();
    std::fs::write(at("files/centres.txt"), CENTRES).unwrap();
    for path in [zip(&at("root.zip"), root), zip(&at("nested.zip"), nested), npz, at("files")] {
        assert_eq!(read_connectome(&path).unwrap(), expected, "{}", path.display());
    }
}

#[test]
fn bad_connectomes_name_the_file_and_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.zip");
    let problem = |members: &[(&str, &str)]| {
        let members: Vec<_> = members.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let message = read_connectome(&zip(&path, &members)).unwrap_err().to_string();
        message.strip_prefix(&path.display().to_string()).unwrap().to_owned()
    };
    let [weights, lengths] = [("weights.txt", WEIGHTS), ("tract_lengths.txt", LENGTHS)];
    for (members, text) in [
        (
            vec![weights, ("a/fc.txt", "1")],
            ": no file `tract_lengths` or `distances` or `lengths` in it; there are: weights.txt, a/fc.txt",
        ),
        (
            vec![("weights.txt", "0 1 2\n1 0 2\n"), lengths],
            ": weights: expected a square matrix, found 2 × 3",
        ),
        (
            vec![("weights.txt", "0 nan\n1 0\n"), lengths],
            "/weights.txt: line 1, column 2: `nan`, where a finite number is due",
        ),
        (
            vec![("weights.txt", "0 1\n1 0\n"), lengths],
            ": tract lengths: expected 2 × 2 like the weights, found 3 × 3",
        ),
        (
            vec![weights, ("tract_lengths.txt", "0 -1 2\n1 0 2\n1 1 1\n")],
            ": tract length from `1` to `0`: -1 mm, but it must be zero or more",
        ),
        (
            vec![weights, lengths, ("centres.txt", "a 1 2 3\nb 1 2 3\n")],
            ": labels: expected 3 labels, one per row of the weights, found 2 labels",
        ),
        (
            vec![weights, lengths, ("centres.txt", "a 1 2 3\nb 1 2 3\na 1 2 3\n")],
            ": labels: `a` stands at 0 and again at 2",
        ),
        (
            vec![weights, lengths, ("b/weights.csv", "")],
            ": both `weights.txt` and `b/weights.csv` could be the weights",
        ),
        (
            vec![
                weights,
                lengths,
                ("labels.txt", "a\nb\nc\n"),
                ("centres.txt", "a 1 2 3\nc 1 2 3\nb 1 2 3\n"),
            ],
            ": centres: expected `b` at 1 like the labels, found `c`",
        ),
    ] {
        assert_eq!(problem(&members), text);
    }
    let text = folder.path().join("weights.csv");
    assert!(matches!(read_connectome(&text), Err(Error::Io { .. })));
    std::fs::write(&text, "0").unwrap();
    assert!(read_connectome(&text).unwrap_err().to_string().ends_with(
        "neither a .zip, nor an .npz, nor a folder of files; weights alone need `tract_lengths` beside them"
    ));
}

#[test]
fn pairs_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let (weights, lengths) = (file("strength.txt", WEIGHTS), file("length.txt", LENGTHS));
    let labels = file("names.txt", "left\nright\nmid\n");
    let found = read_connectome_files(&weights, &lengths, Some(&labels)).unwrap();
    assert_eq!((found.weights(), found.labels()), (expected().weights(), expected().labels()));
    assert_eq!(found.centres(), None);
    assert_eq!(read_connectome_files(&weights, &lengths, None).unwrap().labels(), ["0", "1", "2"]);
    // The second matrix lists the regions in another order than the first.
    let named = file("named.csv", ",a,b\na,0,1\nb,1,0\n");
    let swapped = file("swapped.csv", ",b,a\nb,0,1\na,1,0\n");
    let error = read_connectome_files(&named, &swapped, None).unwrap_err().to_string();
    let text = "columns of the tract lengths: expected `a` at 0 like the columns of the weights, found `b`";
    assert_eq!(error, format!("{}: {text}", named.display()));
}

#[test]
fn the_example_is_what_it_says() {
    let connectome = example_connectome();
    let (lengths, centres) =
        (connectome.tract_lengths().value_unsafe, connectome.centres().unwrap().value_unsafe);
    for (i, j) in (0..8).flat_map(|i| (0..8).map(move |j| (i, j))) {
        // A chord of a circle of 40 mm; 1e-16 m is some roundings of 0.08.
        let angle = std::f64::consts::PI * (i as f64 - j as f64).abs() / 8.0;
        approx::assert_abs_diff_eq!(lengths[(i, j)], mm(80.0).value_unsafe * angle.sin(), epsilon = 1e-16);
        let distance = (centres.column(i) - centres.column(j)).norm();
        approx::assert_abs_diff_eq!(lengths[(i, j)], distance, epsilon = 1e-16);
    }
    assert_eq!(connectome.weights(), &connectome.weights().transpose());
    assert!(connectome.weights().diagonal().iter().all(|weight| *weight == 0.0));
    assert_eq!(connectome.labels(), &example_signal().channels()[..]);
    let signal = example_signal();
    let centred = DMatrix::from_fn(8, 500, |i, t| signal.values()[(i, t)] - signal.values().row(i).mean());
    let fc = example_fc();
    for (i, j) in (0..8).flat_map(|i| (0..8).map(move |j| (i, j))) {
        let [a, b] = [centred.row(i), centred.row(j)];
        // Sums of 500 products of order 1 in another order.
        approx::assert_abs_diff_eq!(fc[(i, j)], a.dot(&b) / (a.norm() * b.norm()), epsilon = 1e-13);
    }
}

#[test]
fn the_embedded_files_are_the_reference_files() {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/reference/datasets");
    let [connectome, signal] = ["example_connectome.npz", "example_signal.npz"]
        .map(|name| Npz::open(&reference.join(name)).unwrap());
    assert_eq!(example_connectome().weights(), &connectome.matrix("weights").unwrap());
    assert_eq!(example_connectome().labels(), connectome.array("labels").unwrap().strings().unwrap());
    assert_eq!(example_signal().values(), &signal.matrix("signal").unwrap().transpose());
    assert_eq!(signal.array("dt").unwrap().values().unwrap(), [1.0]);
    assert_eq!(example_fc(), signal.matrix("fc").unwrap());
}

#[test]
fn datasets_can_be_registered() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("weights.txt"), "0 1\n1 0\n").unwrap();
    std::fs::write(folder.path().join("tract_lengths.txt"), "0 50\n50 0\n").unwrap();
    std::fs::write(folder.path().join("fc.csv"), "1,0.25\n0.25,1\n").unwrap();
    let mut registry = Registry::default();
    registry.register_path("mine", folder.path()).unwrap();
    let entry = Entry {
        name: "ring".to_owned(),
        description: "the example in another order".to_owned(),
        size: "8 regions".to_owned(),
        source: "this test".to_owned(),
    };
    registry
        .register(entry.clone(), || {
            let connectome = example_connectome().permuted(&[7, 6, 5, 4, 3, 2, 1, 0])?;
            Ok(Dataset { connectome, fc: None, signal: None })
        })
        .unwrap();
    let names: Vec<&str> = registry.list().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["example", "mine", "ring"]);
    assert_eq!(registry.load("mine").unwrap().fc.unwrap()[(1, 0)], 0.25);
    assert_eq!(registry.load("ring").unwrap().connectome.labels()[0], "R7");
    assert_eq!(registry.load("example").unwrap().signal.unwrap(), example_signal());
    let twice = registry.register_path("ring", folder.path()).unwrap_err();
    assert_eq!(twice.to_string(), "registry: `ring` stands at 2 and again at 3");
    std::fs::write(folder.path().join("fc.csv"), "1\n").unwrap();
    let path = folder.path().join("fc.csv");
    assert_eq!(
        registry.load("mine").unwrap_err().to_string(),
        format!(
            "{}: functional connectivity: expected 2 × 2 like the connectome, found 1 × 1",
            path.display()
        )
    );
}
