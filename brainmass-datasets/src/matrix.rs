//! Matrices, lists and symmetric matrices from any file that holds one.

use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use nalgebra::DMatrix;

use crate::file::{self, Loaded, name_path};
use crate::text::{Lines, Missing, Table, decode};
use crate::{MatFile, NpyArray, Npz};

/// The extensions of files that hold a matrix, each also followed by `.bz2`.
pub(crate) const EXTENSIONS: [&str; 7] = ["npy", "npz", "mat", "csv", "tsv", "txt", "dat"];

/// Reads a matrix of finite numbers; the [crate's overview](crate) says what can be read.
///
/// One axis of a `.npy` becomes a column. An `.npz` that holds several arrays needs the name of one:
/// `signals.npz:fc`.
///
/// ```
/// let path = std::env::temp_dir().join("brainmass-doc-weights.csv");
/// std::fs::write(&path, "# strengths\nleft,right\n0,0.5\n1,0\n").unwrap();
/// assert_eq!(brainmass_datasets::read_matrix(&path).unwrap()[(1, 0)], 1.0);
/// # std::fs::remove_file(path).unwrap();
/// ```
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Format`] with the place for what is not a finite
/// number, for lines of different lengths and for files that are not whole.
pub fn read_matrix(path: &Path) -> Result<DMatrix<f64>> {
    Ok(read_table(path, Missing::Refused)?.values)
}

/// As [`read_matrix`], but NaN stays NaN, as do `NA`, `n/a` and empty cells of a text.
///
/// Lead fields have NaN in the rows of absent channels.
///
/// # Errors
/// As [`read_matrix`]; infinities are refused all the same.
pub fn read_matrix_with_missing(path: &Path) -> Result<DMatrix<f64>> {
    Ok(read_table(path, Missing::Kept)?.values)
}

pub(crate) fn read_table(path: &Path, missing: Missing) -> Result<Table> {
    let (path, name) = split_name(path);
    parse_table(&Loaded::read(&path)?, name.as_deref(), missing)
}

/// A matrix from the unpacked bytes of a file, with names if it has any.
pub(crate) fn parse_table(file: &Loaded, name: Option<&str>, missing: Missing) -> Result<Table> {
    let Some(array) = parse_array(file, name)? else {
        return Lines::new(file)?.table(missing);
    };
    let values = name_path(array.matrix("array"), &file.path)?;
    let bad = |value: &f64| value.is_infinite() || (value.is_nan() && missing == Missing::Refused);
    match values.iter().position(bad) {
        None => Ok(Table { values, columns: None, rows: None }),
        Some(index) => {
            let (row, column) = values.vector_to_matrix_index(index);
            let found = values[(row, column)];
            let problem = format!("{found} at row {row}, column {column}, where a finite number is due");
            Err(Error::format(&file.path, problem))
        }
    }
}

/// The array of a `.npy` or `.npz` file; `None` for text.
pub(crate) fn parse_array(file: &Loaded, name: Option<&str>) -> Result<Option<NpyArray>> {
    let Loaded { path, bytes } = file;
    match file::extension(path).as_str() {
        "npy" => NpyArray::parse(bytes, path).map(Some),
        "npz" => Npz::parse(bytes, path)?.chosen(name).cloned().map(Some),
        "mat" => MatFile::parse(file)?.chosen(name).cloned().map(Some),
        other if EXTENSIONS.contains(&other) => Ok(None),
        other => {
            let known = EXTENSIONS.map(|extension| format!(".{extension}")).join(", ");
            let problem = format!("files of kind `.{other}` are not read as a matrix; those are: {known}");
            Err(Error::format(path, problem))
        }
    }
}

/// Splits `signals.npz:fc` into the file and the array; likewise for `.mat`.
pub(crate) fn split_name(path: &Path) -> (PathBuf, Option<String>) {
    for extension in [".npz", ".mat"] {
        let split = path.to_str().and_then(|text| text.rsplit_once(&format!("{extension}:")));
        if let Some((stem, name)) = split {
            return (PathBuf::from(format!("{stem}{extension}")), Some(name.to_owned()));
        }
    }
    (path.to_owned(), None)
}

/// Reads names: one per line of a text, or the text array of a `.npy` or `.npz` file.
///
/// Empty lines and lines that begin with `#` are left out.
///
/// # Errors
/// [`Error::Io`] or [`Error::Format`].
pub fn read_labels(path: &Path) -> Result<Vec<String>> {
    let (path, name) = split_name(path);
    parse_labels(&Loaded::read(&path)?, name.as_deref())
}

pub(crate) fn parse_labels(file: &Loaded, name: Option<&str>) -> Result<Vec<String>> {
    if let Some(array) = parse_array(file, name)? {
        let labels = array.strings().map(<[String]>::to_vec);
        return labels.ok_or_else(|| Error::format(&file.path, "holds numbers, where labels are due"));
    }
    let lines = decode(file)?.lines().map(str::trim);
    let labels = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    file::check_count(&file.path, labels.clone().count())?;
    Ok(labels.map(str::to_owned).collect())
}

/// Reads the region of each vertex of a surface: whole numbers from 0, in one line or one column.
///
/// # Errors
/// As [`read_matrix`]; [`Error::Format`] with the vertex for a number that is not one of `n_regions` regions.
#[doc(alias = "region_mapping")]
pub fn read_region_map(path: &Path, n_regions: usize) -> Result<Vec<usize>> {
    let values = read_matrix(path)?;
    if values.nrows() != 1 && values.ncols() != 1 {
        let found = format!("{} × {}", values.nrows(), values.ncols());
        return Err(Error::format(path, format!("one number per vertex expected, found {found}")));
    }
    let region = |(vertex, value): (usize, &f64)| {
        if value.fract() != 0.0 || !(0.0..n_regions as f64).contains(value) {
            let problem =
                format!("vertex {vertex}: {value}, but the regions are 0 to n − 1 with n = {n_regions}");
            return Err(Error::format(path, problem));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
        Ok(*value as usize)
    };
    values.iter().enumerate().map(region).collect()
}

/// Which half of a symmetric matrix a list of numbers is, row by row, without the diagonal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triangle {
    /// (1, 0), (2, 0), (2, 1), (3, 0), …: numpy's `tril_indices(n, -1)`.
    Lower,
    /// (0, 1), (0, 2), …, (1, 2), …: numpy's `triu_indices(n, 1)`, scipy's `squareform`.
    Upper,
}

/// The symmetric matrix of which one triangle and the number on the diagonal are given.
///
/// ```
/// use brainmass_datasets::{symmetric_from_triangle, Triangle};
/// let fc = symmetric_from_triangle(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], Triangle::Lower, 1.0).unwrap();
/// assert_eq!((fc[(3, 0)], fc[(0, 3)], fc[(2, 2)]), (0.4, 0.4, 1.0));
/// ```
///
/// # Errors
/// [`Error::Shape`] if the count is not n(n − 1)/2 for any n ≥ 2.
pub fn symmetric_from_triangle(values: &[f64], triangle: Triangle, diagonal: f64) -> Result<DMatrix<f64>> {
    let count = |n: usize| n * (n - 1) / 2;
    // The largest n with n(n − 1)/2 ≤ the count.
    let n = (8 * values.len() + 1).isqrt().midpoint(1);
    if values.is_empty() || count(n) != values.len() {
        let expected =
            format!("n(n − 1)/2 numbers, as {} for n = {n} or {} for n = {}", count(n), count(n + 1), n + 1);
        return Err(Error::shape("triangle", expected, values.len().to_string()));
    }
    let mut matrix = DMatrix::from_element(n, n, diagonal);
    let places: &mut dyn Iterator<Item = (usize, usize)> = match triangle {
        Triangle::Lower => &mut (0..n).flat_map(|i| (0..i).map(move |j| (i, j))),
        Triangle::Upper => &mut (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j))),
    };
    for ((i, j), value) in places.zip(values) {
        matrix[(i, j)] = *value;
        matrix[(j, i)] = *value;
    }
    Ok(matrix)
}

/// Reads functional connectivity: a symmetric matrix, or one triangle of it with 1 on the diagonal.
///
/// A list of numbers is a triangle. Which one must be said by `tril` or `triu` in the last part of the path,
/// as in `rest_tril.npz` or `rest.npz:fc_tril`; for others there are [`read_matrix`] and
/// [`symmetric_from_triangle`].
///
/// # Errors
/// As [`read_matrix`]; [`Error::Format`] for a matrix that is not square and symmetric, and for a triangle
/// of unknown order or with the wrong count.
#[doc(alias = "target")]
pub fn read_fc(path: &Path) -> Result<DMatrix<f64>> {
    fc_of_table(read_table(path, Missing::Refused)?, path)
}

/// As [`read_fc`], for regions whose names are known: where the file names its rows or columns, they must be
/// these, in this order.
///
/// # Errors
/// As [`read_fc`]; [`Error::Format`] with the first name that differs, or with both counts.
pub fn read_fc_of_regions(path: &Path, regions: &[String]) -> Result<DMatrix<f64>> {
    let table = read_table(path, Missing::Refused)?;
    name_path(check_names(&table, regions), path)?;
    let fc = fc_of_table(table, path)?;
    name_path(check_count_of_regions(&fc, regions), path)?;
    Ok(fc)
}

/// Checks the names of a table of functional connectivity, if it has any.
pub(crate) fn check_names(table: &Table, regions: &[String]) -> Result<()> {
    for (what, names) in [("columns", &table.columns), ("rows", &table.rows)] {
        let Some(names) = names else { continue };
        if names.len() != regions.len() {
            let expected = format!("{} names, one per region", regions.len());
            return Err(Error::shape(format!("{what} of the FC"), expected, names.len().to_string()));
        }
        if let Some(k) = (0..names.len()).find(|&k| names[k] != regions[k]) {
            let expected = format!("`{}` at {k}, as in the connectome", regions[k]);
            return Err(Error::shape(format!("{what} of the FC"), expected, format!("`{}`", names[k])));
        }
    }
    Ok(())
}

/// Checks that functional connectivity has as many regions as the connectome.
pub(crate) fn check_count_of_regions(fc: &DMatrix<f64>, regions: &[String]) -> Result<()> {
    let n = regions.len();
    if fc.nrows() == n {
        return Ok(());
    }
    let found = format!("{} × {}", fc.nrows(), fc.ncols());
    Err(Error::shape("functional connectivity", format!("{n} × {n} like the connectome"), found))
}

fn fc_of_table(table: Table, path: &Path) -> Result<DMatrix<f64>> {
    let values = table.values;
    let fc = if values.nrows() == 1 || values.ncols() == 1 {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let triangle = match (name.contains("tril"), name.contains("triu")) {
            (true, false) => Triangle::Lower,
            (false, true) => Triangle::Upper,
            _ => {
                let problem =
                    "a list of numbers, but neither `tril` nor `triu` in its name says in which order";
                return Err(Error::format(path, problem));
            }
        };
        symmetric_from_triangle(values.as_slice(), triangle, 1.0)
    } else {
        check_symmetric(&values).map(|()| values)
    };
    name_path(fc, path)
}

pub(crate) fn check_symmetric(matrix: &DMatrix<f64>) -> Result<()> {
    let (rows, columns) = matrix.shape();
    if rows != columns {
        return Err(Error::shape(
            "functional connectivity",
            "a square matrix",
            format!("{rows} × {columns}"),
        ));
    }
    for (i, j) in (0..rows).flat_map(|i| (0..i).map(move |j| (i, j))) {
        // Single precision: correlations are at most 1 and rounded to 6e-8.
        if (matrix[(i, j)] - matrix[(j, i)]).abs() > 1e-6 {
            let found = format!("{} at ({i}, {j}) and {} at ({j}, {i})", matrix[(i, j)], matrix[(j, i)]);
            return Err(Error::shape("functional connectivity", "a symmetric matrix", found));
        }
    }
    Ok(())
}
