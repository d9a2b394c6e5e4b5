//! MATLAB's files: the same arrays, plain and compressed, as scipy writes them; damage; other versions.
#![expect(clippy::unwrap_used, reason = "a test fails where its set-up fails")]

use std::path::{Path, PathBuf};

use brainmass_datasets::{MatFile, read_labels, read_matrix, read_matrix_with_missing};
use proptest::prelude::*;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/matlab").join(name)
}

fn named(name: &str, array: &str) -> PathBuf {
    PathBuf::from(format!("{}:{array}", file(name).display()))
}

#[test]
fn arrays_are_those_that_were_saved() {
    for name in ["plain.mat", "compressed.mat"] {
        let mat = MatFile::open(&file(name)).unwrap();
        assert_eq!(mat.names().collect::<Vec<_>>(), ["Gain", "count", "names", "text"], "{name}");
        let gain = mat.matrix("Gain").unwrap();
        assert_eq!((gain.shape(), gain[(0, 1)], gain[(1, 0)]), ((2, 3), 2.0, 4.0));
        assert!(gain[(0, 2)].is_nan());
        assert_eq!(mat.matrix("count").unwrap().as_slice(), [0.0, 1.0, 2.0]);
        assert_eq!(mat.array("names").unwrap().strings().unwrap(), ["Fz", "Oz"]);
        assert_eq!(mat.array("text").unwrap().strings().unwrap(), ["EEG"]);
        for (odd, kind) in [("z", "is complex"), ("s", "is a structure")] {
            let error = mat.array(odd).unwrap_err().to_string();
            assert!(error.contains(&format!("`{odd}` {kind}; only plain numbers")), "{error}");
        }
        assert!(
            mat.array("gain").unwrap_err().to_string().ends_with("there are: Gain, count, names, text, z, s")
        );
    }
}

#[test]
fn matrices_and_labels_are_read_by_name() {
    assert_eq!(read_matrix(&named("compressed.mat", "count")).unwrap().len(), 3);
    assert!(read_matrix_with_missing(&named("plain.mat", "Gain")).unwrap()[(0, 2)].is_nan());
    assert!(
        read_matrix(&named("plain.mat", "Gain")).unwrap_err().to_string().contains("NaN at row 0, column 2")
    );
    assert_eq!(read_labels(&named("plain.mat", "names")).unwrap(), ["Fz", "Oz"]);
    let error = read_matrix(&file("plain.mat")).unwrap_err().to_string();
    assert!(error.contains("as in `file.mat:name`; there are: Gain, count, names, text"), "{error}");
}

fn opened(bytes: &[u8]) -> brainmass_core::Result<MatFile> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.mat");
    std::fs::write(&path, bytes).unwrap();
    MatFile::open(&path)
}

#[test]
fn other_versions_are_named() {
    let error = opened(b"MATLAB 7.3 MAT-file, Platform: GLNXA64").unwrap_err().to_string();
    assert!(
        error.ends_with("a MATLAB file of version 7.3, which is HDF5 and is not read; save it with `-v7`"),
        "{error}"
    );
    assert!(opened(&[0; 200]).unwrap_err().to_string().contains("not a MATLAB file of version 5"));
    assert!(opened(b"").is_err());
}

/// Numbers in the other byte order, and of one and eight bytes: a file made by hand after the definition.
#[test]
fn big_endian_files_are_read() {
    let mut bytes = vec![b' '; 124];
    bytes.extend([1, 0, b'M', b'I']);
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let mut matrix = words(&[6, 8, 6, 0]); // flags: doubles
    matrix.extend(words(&[5, 8, 1, 2])); // one row of two
    matrix.extend([0, 1, 0, 1, b'A', 0, 0, 0]); // a name of one letter, in the place of the size
    matrix.extend([0, 2, 0, 2, 7, 250, 0, 0]); // two bytes, which a double matrix may be stored in
    bytes.extend(words(&[14, u32::try_from(matrix.len()).unwrap()]));
    bytes.extend(matrix);
    let read = opened(&bytes).unwrap();
    assert_eq!(read.matrix("A").unwrap().as_slice(), [7.0, 250.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No damage makes a panic, and a file cut short does not pass for whole.
    #[test]
    fn damage_is_an_error_or_harmless(place in 0..700_usize, value in any::<u8>(), cut in 0..730_usize) {
        for name in ["plain.mat", "compressed.mat"] {
            let whole = std::fs::read(file(name)).unwrap();
            let mut damaged = whole.clone();
            if let Some(byte) = damaged.get_mut(place) {
                *byte = value;
            }
            let _ = opened(&damaged);
            let part = opened(&whole[..cut.min(whole.len() - 1)]);
            prop_assert!(part.is_err() || part.unwrap().array("s").is_err());
        }
    }
}
