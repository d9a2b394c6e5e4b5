//! Matrices, triangles, labels, sensors and region maps from files.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::Write;
use std::path::{Path, PathBuf};

use brainmass_datasets::{
    NpyArray, Triangle, read_fc, read_labels, read_matrix, read_matrix_with_missing, read_region_map,
    read_sensors, symmetric_from_triangle, write_npy, write_npz,
};
use bzip2::Compression;
use bzip2::write::BzEncoder;
use nalgebra::dmatrix;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// The message of an error, without the path it begins with.
fn problem<T: std::fmt::Debug>(result: brainmass_core::Result<T>, path: &Path) -> String {
    let message = result.unwrap_err().to_string();
    let rest = message.strip_prefix(&path.display().to_string());
    rest.unwrap_or_else(|| panic!("`{message}` does not begin with {}", path.display())).to_owned()
}

#[test]
fn a_matrix_is_the_same_in_every_format() {
    let folder = Folder::new();
    let matrix = dmatrix![0.0, 1.5; -2e3, 3.0];
    let text = "0 1.5\n-2e3 3\n";
    let array = NpyArray::from_matrix(&matrix);
    let (npy, npz) = (folder.0.path().join("a.npy"), folder.0.path().join("a.npz"));
    write_npy(&npy, &array).unwrap();
    write_npz(&npz, &[("arr_0", array)]).unwrap();
    let double = [packed(b"0 1.5\n"), packed(b"-2e3 3\n")].concat();
    for path in [
        npy,
        npz,
        folder.file("a.txt", text),
        folder.file("a.DAT", text),
        folder.file("a.csv", text.replace(' ', ",")),
        folder.file("a.tsv", text.replace(' ', "\t")),
        folder.file("a.txt.bz2", packed(text.as_bytes())),
        folder.file("two_streams.txt.bz2", double),
    ] {
        assert_eq!(read_matrix(&path).unwrap(), matrix, "{}", path.display());
    }
}

#[test]
fn files_that_are_something_else_are_named() {
    let folder = Folder::new();
    let missing = folder.0.path().join("missing.csv");
    assert!(problem(read_matrix(&missing), &missing).contains("No such file"));
    assert!(problem(read_matrix(folder.0.path()), folder.0.path()).contains("directory"));
    let image = folder.file("a.png", "");
    let kinds = ": files of kind `.png` are not read as a matrix; those are: .npy, .npz, .mat, .csv, .tsv, .txt, .dat";
    assert_eq!(problem(read_matrix(&image), &image), kinds);
    let text = folder.file("a.npz", "0 1");
    assert!(problem(read_matrix(&text), &text).starts_with(": not a whole zip archive: "));
    let text = folder.file("a.txt.bz2", "0 1");
    assert!(problem(read_matrix(&text), &text).starts_with(": cannot be read: "));
    let cut = folder.file("b.txt.bz2", &packed(b"0 1\n2 3\n")[..20]);
    assert!(problem(read_matrix(&cut), &cut).starts_with(": cannot be read: "));
    let cube = folder.0.path().join("cube.npy");
    write_npy(&cube, &NpyArray::numbers(vec![1, 1, 1], vec![0.0]).unwrap()).unwrap();
    assert_eq!(
        problem(read_matrix(&cube), &cube),
        ": array: expected one or two axes, found shape [1, 1, 1]"
    );
}

#[test]
fn a_small_file_cannot_unpack_to_more_than_the_limit() {
    let folder = Folder::new();
    // 70 MB of numbers with one character each: 2^25 of them would be 268 MB of memory.
    let bomb = folder.file("bomb.txt.bz2", packed("0 ".repeat(1_000_000).as_bytes()).repeat(35));
    assert!(std::fs::metadata(&bomb).unwrap().len() < 10_000);
    let text = ": holds 35000000 elements, but the limit is 33554432";
    assert_eq!(problem(read_matrix(&bomb), &bomb), text);
}

#[test]
fn missing_numbers_are_kept_only_where_asked() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "1,NaN\n2,3\n");
    assert_eq!(problem(read_matrix(&path), &path), ": line 1, column 2: `NaN`, where a finite number is due");
    assert!(read_matrix_with_missing(&path).unwrap()[(0, 1)].is_nan());
    let path = folder.0.path().join("a.npy");
    write_npy(&path, &NpyArray::from_matrix(&dmatrix![f64::NAN; f64::INFINITY])).unwrap();
    let infinite = problem(read_matrix_with_missing(&path), &path);
    assert_eq!(infinite, ": inf at row 1, column 0, where a finite number is due");
}

/// The two orders as numpy defines them: rows of the triangle one after the other.
#[test]
fn triangles_are_filled_row_by_row() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let lower = dmatrix![0.0, 1.0, 2.0, 4.0; 1.0, 0.0, 3.0, 5.0; 2.0, 3.0, 0.0, 6.0; 4.0, 5.0, 6.0, 0.0];
    let upper = dmatrix![0.0, 1.0, 2.0, 3.0; 1.0, 0.0, 4.0, 5.0; 2.0, 4.0, 0.0, 6.0; 3.0, 5.0, 6.0, 0.0];
    assert_eq!(symmetric_from_triangle(&values, Triangle::Lower, 0.0).unwrap(), lower);
    assert_eq!(symmetric_from_triangle(&values, Triangle::Upper, 0.0).unwrap(), upper);
    assert_eq!(symmetric_from_triangle(&[0.5], Triangle::Upper, 1.0).unwrap(), dmatrix![1.0, 0.5; 0.5, 1.0]);
    let count = |n| symmetric_from_triangle(&vec![0.0; n], Triangle::Lower, 1.0);
    assert_eq!(
        count(13677).unwrap_err().to_string(),
        "triangle: expected n(n − 1)/2 numbers, as 13530 for n = 165 or 13695 for n = 166, found 13677"
    );
    for n in 0..200 {
        let triangular = (2..21).any(|k| k * (k - 1) / 2 == n);
        assert_eq!(count(n).is_ok(), triangular, "{n}");
    }
}

#[test]
fn functional_connectivity_is_symmetric() {
    let folder = Folder::new();
    let path = folder.0.path().join("rest.npz");
    let triangle = NpyArray::numbers(vec![6], vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).unwrap();
    write_npz(&path, &[("fc_tril", triangle.clone()), ("fc_triu", triangle.clone()), ("fc", triangle)])
        .unwrap();
    let fc = |name: &str| read_fc(Path::new(&format!("{}:{name}", path.display())));
    assert_eq!((fc("fc_tril").unwrap()[(3, 0)], fc("fc_triu").unwrap()[(3, 0)]), (0.4, 0.3));
    assert_eq!(fc("fc_tril").unwrap()[(1, 1)], 1.0);
    assert!(fc("fc").unwrap_err().to_string().contains("neither `tril` nor `triu`"));
    let full = folder.file("fc.csv", "1,0.25\n0.25,1\n");
    assert_eq!(read_fc(&full).unwrap(), dmatrix![1.0, 0.25; 0.25, 1.0]);
    let skew = folder.file("skew.csv", "1,0.25\n0.3,1\n");
    let text =
        ": functional connectivity: expected a symmetric matrix, found 0.3 at (1, 0) and 0.25 at (0, 1)";
    assert_eq!(problem(read_fc(&skew), &skew), text);
    let wide = folder.file("wide.csv", "1,0,0\n0,1,0\n");
    let text = ": functional connectivity: expected a square matrix, found 2 × 3";
    assert_eq!(problem(read_fc(&wide), &wide), text);
}

#[test]
fn labels_sensors_and_region_maps() {
    let folder = Folder::new();
    let labels = folder.file("labels.txt", "# atlas\nleft hippocampus\n\nright hippocampus\r\n");
    assert_eq!(read_labels(&labels).unwrap(), ["left hippocampus", "right hippocampus"]);
    let array = folder.0.path().join("labels.npy");
    write_npy(&array, &NpyArray::text(vec!["a".to_owned(), "b".to_owned()])).unwrap();
    assert_eq!(read_labels(&array).unwrap(), ["a", "b"]);

    let sensors = read_sensors(&folder.file("eeg.txt", "Fp1\t100\t40\t45\nFp2\t100\t-40\t45\n")).unwrap();
    approx::assert_relative_eq!(
        sensors.positions.value_unsafe,
        dmatrix![0.1, 0.1; 0.04, -0.04; 0.045, 0.045]
    );
    let twice = folder.file("twice.txt", "Cz 0 0 1\nPz 1 0 1\nCz 0 0 1\n");
    assert_eq!(problem(read_sensors(&twice), &twice), ": sensors: `Cz` stands at 0 and again at 2");
    let empty = folder.file("empty.txt", "# no sensor\n");
    assert_eq!(problem(read_sensors(&empty), &empty), ": holds no sensors");

    assert_eq!(read_region_map(&folder.file("map.txt", "2 0 1 1 "), 3).unwrap(), [2, 0, 1, 1]);
    assert_eq!(read_region_map(&folder.file("column.txt", "2\n0\n"), 3).unwrap(), [2, 0]);
    for bad in ["3", "-1", "0.5", "1e300"] {
        let map = folder.file("bad.txt", format!("2 0 {bad}"));
        let value: f64 = bad.parse().unwrap();
        let text = format!(": vertex 2: {value}, but the regions are 0 to n − 1 with n = 3");
        assert_eq!(problem(read_region_map(&map, 3), &map), text);
    }
    let table = folder.file("table.txt", "0 1\n1 2\n");
    let text = ": one number per vertex expected, found 2 × 2";
    assert_eq!(problem(read_region_map(&table, 3), &table), text);
}
