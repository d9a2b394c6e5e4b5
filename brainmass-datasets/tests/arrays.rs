//! `.npy` and `.npz`: what numpy writes is read, what is written is read back, what is damaged is refused.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::path::Path;

use brainmass_datasets::{NpyArray, Npz, read_matrix, read_matrix_with_missing, write_npy, write_npz};
use nalgebra::{DMatrix, dmatrix};

/// A `.npy` file as the definition of the format has it, written without the crate's own writer.
fn npy(descr: &str, fortran_order: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran_order { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
}

fn parse(bytes: &[u8]) -> NpyArray {
    NpyArray::parse(bytes, Path::new("a.npy")).unwrap()
}

fn message(bytes: &[u8]) -> String {
    NpyArray::parse(bytes, Path::new("a.npy")).unwrap_err().to_string()
}

#[test]
fn numbers_of_every_type_in_both_byte_orders() {
    macro_rules! check {
        ($($code:literal $type:ty),+) => {$(
            // Exact in every type.
            let values = [1 as $type, 2 as $type, 101 as $type];
            let little: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            let big: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
            for (order, data) in [("<", little), (">", big)] {
                let found = parse(&npy(&format!("{order}{}", $code), false, "(3,)", &data));
                assert_eq!(found.values().unwrap(), [1.0, 2.0, 101.0], "{order}{}", $code);
            }
        )+};
    }
    check!("f8" f64, "f4" f32, "i8" i64, "i4" i32, "i2" i16, "u8" u64, "u4" u32, "u2" u16);
    assert_eq!(parse(&npy("|u1", false, "(2,)", &[0, 255])).values().unwrap(), [0.0, 255.0]);
    assert_eq!(parse(&npy("|i1", false, "(2,)", &[1, 255])).values().unwrap(), [1.0, -1.0]);
    assert_eq!(parse(&npy("|b1", false, "(2,)", &[0, 1])).values().unwrap(), [0.0, 1.0]);
    assert_eq!(parse(&npy("<i2", false, "()", &[0xfe, 0xff])).values().unwrap(), [-2.0]);
}

#[test]
fn text_of_every_type() {
    let points: Vec<u32> = "né\0😀\0\0".chars().map(u32::from).collect();
    let little: Vec<u8> = points.iter().flat_map(|point| point.to_le_bytes()).collect();
    let big: Vec<u8> = points.iter().flat_map(|point| point.to_be_bytes()).collect();
    assert_eq!(parse(&npy("<U3", false, "(2,)", &little)).strings().unwrap(), ["né", "😀"]);
    assert_eq!(parse(&npy(">U3", false, "(2,)", &big)).strings().unwrap(), ["né", "😀"]);
    assert_eq!(parse(&npy("|S3", false, "(2,)", b"ab\0c\0\0")).strings().unwrap(), ["ab", "c"]);
    assert_eq!(message(&npy("|S1", false, "(2,)", b"a\xff")), "a.npy: element 1 is not valid text");
    assert_eq!(message(&npy("<U1", false, "(1,)", &[0, 0, 0, 0xff])), "a.npy: element 0 is not valid text");
}

#[test]
fn fortran_order_is_turned_into_c_order() {
    // Element (i, j, k) of a 2 × 3 × 4 array holds 100 i + 10 j + k.
    let mut fortran = Vec::new();
    let mut c = Vec::new();
    for (i, j, k) in (0..4).flat_map(|k| (0..3).flat_map(move |j| (0..2).map(move |i| (i, j, k)))) {
        fortran.push(u8::try_from(100 * i + 10 * j + k).unwrap());
    }
    for (i, j, k) in (0..2).flat_map(|i| (0..3).flat_map(move |j| (0..4).map(move |k| (i, j, k)))) {
        c.push(f64::from(100 * i + 10 * j + k));
    }
    let found = parse(&npy("|u1", true, "(2, 3, 4)", &fortran));
    assert_eq!((found.shape(), found.values().unwrap()), (&[2, 3, 4][..], &c[..]));
    let text = parse(&npy("|S1", true, "(2, 2)", b"acbd"));
    assert_eq!(text.strings().unwrap(), ["a", "b", "c", "d"]);
}

#[test]
fn headers_of_other_writers_and_versions() {
    let header = b"{\"x\": 1, 'shape':(2,1),'fortran_order':False,'descr':'<u1'}";
    for (version, length) in [(1, &[60, 0][..]), (2, &[60, 0, 0, 0]), (3, &[60, 0, 0, 0])] {
        let bytes = [b"\x93NUMPY", &[version, 0][..], length, header, b" \x05\x07"].concat();
        assert_eq!(parse(&bytes).matrix("x").unwrap(), dmatrix![5.0; 7.0]);
    }
}

#[test]
fn what_is_not_a_whole_plain_array_is_refused() {
    let whole = npy("<f8", false, "(2, 2)", &[0; 32]);
    assert_eq!(
        message(&whole[..whole.len() - 1]),
        "a.npy: truncated: 4 elements of 8 bytes of data expected, 31 bytes found"
    );
    assert_eq!(message(&whole[..40]), "a.npy: truncated: the header is not complete");
    assert_eq!(message(b"PK\x03\x04"), "a.npy: not a .npy array: it does not begin with \\x93NUMPY");
    assert_eq!(message(b"\x93NUMPY\x09\x00"), "a.npy: unknown .npy version 9");
    assert_eq!(
        message(&npy("|O", false, "(2,)", b"\x80\x03]")),
        "a.npy: pickled Python objects are not read; save the array with a plain dtype"
    );
    for descr in ["<c16", "<f2", "<M8[ns]", "|V8", "<f0", "<U0", "", "é", "<U99999999999999999999"] {
        let expected = format!("a.npy: elements of type '{descr}' are neither numbers nor text");
        assert_eq!(message(&npy(descr, false, "(2,)", &[0; 32])), expected);
    }
    let record = b"\x93NUMPY\x01\x00\x16\x00{'descr':[('a','<f8')]}";
    assert_eq!(message(record), "a.npy: records with named fields are not read");
    for shape in ["(-1,)", "(2.5,)", "2", "(2"] {
        let found = message(&npy("<f8", false, shape, &[0; 32]));
        assert_eq!(found, "a.npy: 'shape' in the header is not a tuple of lengths");
    }
}

#[test]
fn a_declared_size_is_not_believed() {
    let declared = message(&npy("<f8", false, "(33554432,)", &[0; 8]));
    assert_eq!(declared, "a.npy: truncated: 33554432 elements of 8 bytes of data expected, 8 bytes found");
    for shape in ["(33554433,)", "(4294967296, 4294967296, 4294967296)", "(18446744073709551615, 2)"] {
        assert!(message(&npy("|S1", false, shape, &[0; 8])).ends_with("is beyond 33554432 elements"));
    }
    let axes = message(&npy("<f8", false, &format!("({})", "1,".repeat(65)), &[0; 8]));
    assert_eq!(axes, "a.npy: 65 axes, but numpy allows 64");
    assert!(NpyArray::numbers(vec![usize::MAX, 2], vec![]).is_err());
    assert!(NpyArray::numbers(vec![1; 65], vec![1.0]).is_err());
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, single) = (folder.path().join("out.npz"), folder.path().join("out.npy"));
    let matrix = dmatrix![0.1, f64::NAN, -0.0; f64::MIN_POSITIVE, f64::MAX, 1e-300];
    let labels = NpyArray::text(vec!["réseau".to_owned(), String::new(), "b".to_owned()]);
    let cube = NpyArray::numbers(vec![2, 1, 3], (0..6).map(f64::from).collect()).unwrap();
    let scalar = NpyArray::numbers(vec![], vec![2.5]).unwrap();
    let none = NpyArray::text(vec![]);
    let arrays = [
        ("matrix", NpyArray::from_matrix(&matrix)),
        ("labels", labels),
        ("cube", cube),
        ("scalar", scalar),
        ("none", none),
    ];
    write_npz(&path, &arrays).unwrap();
    let file = Npz::open(&path).unwrap();
    for (name, array) in &arrays[1..] {
        assert_eq!(file.array(name).unwrap(), array);
    }
    let bits = |matrix: &DMatrix<f64>| matrix.map(f64::to_bits);
    assert_eq!(bits(&file.matrix("matrix").unwrap()), bits(&matrix));
    write_npy(&single, &arrays[0].1).unwrap();
    assert_eq!(bits(&read_matrix_with_missing(&single).unwrap()), bits(&matrix));
    assert_eq!(
        read_matrix(&single).unwrap_err().to_string(),
        format!("{}: NaN at row 0, column 1, where a finite number is due", single.display())
    );
    let again = folder.path().join("again.npz");
    write_npz(&again, &arrays).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), std::fs::read(again).unwrap(), "equal arrays, equal bytes");
}

#[test]
fn names_of_arrays_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.npz");
    let one = || NpyArray::from_matrix(&dmatrix![1.0]);
    assert!(write_npz(&path, &[("a", one()), ("a", one())]).is_err());
    assert!(!path.exists());
    write_npz(&path, &[("a", one()), ("b", NpyArray::text(vec![]))]).unwrap();
    let shown = path.display();
    assert_eq!(
        read_matrix(&path).unwrap_err().to_string(),
        format!("{shown}: name one of its arrays, as in `file.npz:name`; there are: a, b")
    );
    let chosen = |name: &str| read_matrix(Path::new(&format!("{shown}:{name}")));
    assert_eq!(chosen("a").unwrap(), dmatrix![1.0]);
    assert_eq!(
        chosen("c").unwrap_err().to_string(),
        format!("unknown array in {shown} `c`; there are: a, b")
    );
    assert_eq!(chosen("b").unwrap_err().to_string(), format!("{shown}: array: expected numbers, found text"));
}
