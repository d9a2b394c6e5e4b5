//! Whatever the bytes are, reading them ends in a value or an error.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use brainmass_datasets::{
    NpyArray, Npz, example_fc, read_connectome, read_fc, read_labels, read_matrix, read_matrix_with_missing,
    read_region_map, read_sensors,
};
use bzip2::Compression;
use bzip2::write::BzEncoder;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Reads bytes as everything they could be.
fn read_all(bytes: &[u8]) {
    let _ = NpyArray::parse(bytes, Path::new("a.npy"));
    if let Ok(file) = Npz::parse(bytes, Path::new("a.npz")) {
        for name in file.names() {
            let _ = file.matrix(name);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.npy", "a.npz", "a.csv", "a.tsv", "a.txt", "a.txt.bz2", "a_tril.csv", "a.zip"] {
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        if name == "a.npz" || name == "a.zip" {
            let _ = read_connectome(&path);
            continue;
        }
        let finite = read_matrix(&path);
        assert!(finite.is_err() || finite.is_ok_and(|matrix| matrix.iter().all(|value| value.is_finite())));
        let _ = (read_matrix_with_missing(&path), read_fc(&path), read_region_map(&path, 4));
        let _ = (read_labels(&path), read_sensors(&path));
    }
}

fn valid_files() -> Vec<Vec<u8>> {
    let npy = NpyArray::from_matrix(&example_fc()).to_npy();
    let text = "label x y z\nleft 1 2 3\nright,4;5\t6\n";
    let mut packed = BzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(text.as_bytes()).unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in
        [("weights.npy", &npy[..]), ("c/lengths.npy", &npy), ("c/centres.txt", text.as_bytes())]
    {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    vec![npy, text.into(), packed.finish().unwrap(), archive.finish().unwrap().into_inner()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn random_headers_never_panic(
        version in 1_u8..4,
        header in r"\{('descr': '[<>|=][fiubUSOV][0-9]{0,20}', |'fortran_order': (True|False), |'shape': \([0-9]{0,20}(,[0-9]{0,20}){0,3}\), ){0,5}",
        data in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let length = u32::try_from(header.len()).unwrap().to_le_bytes();
        let length = if version == 1 { &length[..2] } else { &length[..] };
        let bytes = [b"\x93NUMPY", &[version, 0][..], length, header.as_bytes(), &data].concat();
        let _ = NpyArray::parse(&bytes, Path::new("a.npy"));
    }

    #[test]
    fn random_tables_never_panic(text in "[0-9eE.,;# \t\r\n\"naN-]{0,80}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..4,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = valid_files().swap_remove(which);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        read_all(&bytes);
    }
}
