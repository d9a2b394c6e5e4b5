//! One number per region, from a text, a table or an array.

use std::collections::HashMap;
use std::path::Path;

use brainmass_core::{Error, Result};

use crate::file::{Loaded, name_path};
use crate::matrix::{parse_array, split_name};
use crate::text::{Column, Lines};

/// Reads one number per region, in the order of `regions`.
///
/// | file | how numbers find their regions |
/// |---|---|
/// | numbers alone, one per line or all in one | by their order |
/// | a `.npy` of one axis, or an array of an `.npz` | by their order |
/// | a table whose first column holds names | by name: every region once, in any order |
/// | a table of numbers with a header | by their order |
///
/// `column` is the name of a column; a table with one column of numbers needs none. What is read of text is said in the
/// [crate's overview](crate).
///
/// ```
/// let path = std::env::temp_dir().join("brainmass-doc-map.csv");
/// std::fs::write(&path, "region,myelin,thickness\nright,2.0,2.5\nleft,1.0,3.0\n").unwrap();
/// let regions = ["left", "right"].map(str::to_owned);
/// assert_eq!(brainmass_datasets::read_region_values(&path, &regions, Some("myelin")).unwrap(), [1.0, 2.0]);
/// # std::fs::remove_file(path).unwrap();
/// ```
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Format`] with the place for what is not a finite number, for
/// another count than that of the regions, for names that are unknown, missing or repeated, and for a column that
/// does not exist or is not named where there are several.
#[doc(alias = "brain map")]
#[doc(alias = "parcellated map")]
pub fn read_region_values(path: &Path, regions: &[String], column: Option<&str>) -> Result<Vec<f64>> {
    let (path, name) = split_name(path);
    let file = Loaded::read(&path)?;
    let values = match parse_array(&file, name.as_deref())? {
        Some(array) => {
            if let Some(column) = column {
                return Err(Error::format(&path, format!("an array has no column `{column}`")));
            }
            let matrix = name_path(array.matrix("array"), &path)?;
            if matrix.nrows().min(matrix.ncols()) > 1 {
                let problem =
                    format!("{} × {} numbers, where one per region is due", matrix.nrows(), matrix.ncols());
                return Err(Error::format(&path, problem));
            }
            matrix.as_slice().to_vec()
        }
        None => match Lines::new(&file)?.column(column, regions)? {
            Column { names: Some(names), values } => return by_name(&path, &names, &values, regions),
            Column { names: None, values } => values,
        },
    };
    if let Some(position) = values.iter().position(|value| !value.is_finite()) {
        let problem = format!("number {position} is {}, where a finite number is due", values[position]);
        return Err(Error::format(&path, problem));
    }
    if values.len() == regions.len() {
        return Ok(values);
    }
    let problem = format!("expected {} numbers, one per region, found {}", regions.len(), values.len());
    Err(Error::format(&path, problem))
}

/// Numbers in the order of the regions whose names stand beside them.
fn by_name(path: &Path, names: &[String], values: &[f64], regions: &[String]) -> Result<Vec<f64>> {
    let wrong = |problem: String| Err(Error::format(path, problem));
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for (row, name) in names.iter().enumerate() {
        if let Some(first) = rows.insert(name, row) {
            return wrong(format!("region `{name}` stands in rows {} and {}", first + 1, row + 1));
        }
    }
    let of_regions: Vec<Option<&usize>> = regions.iter().map(|region| rows.get(region.as_str())).collect();
    let n_found = of_regions.iter().flatten().count();
    if let Some(missing) = of_regions.iter().position(Option::is_none) {
        let (n_missing, n) = (regions.len() - n_found, regions.len());
        let first = names.first().map_or("", String::as_str);
        return wrong(format!(
            "{n_missing} of {n} regions are missing, the first `{}`; the file begins with `{first}`",
            regions[missing]
        ));
    }
    if n_found < names.len() {
        let known: std::collections::HashSet<&str> = regions.iter().map(String::as_str).collect();
        let unknown = names.iter().find(|name| !known.contains(name.as_str())).map_or("", String::as_str);
        let n_unknown = names.len() - n_found;
        return wrong(format!("{n_unknown} of {} rows are of no region, the first `{unknown}`", names.len()));
    }
    Ok(of_regions.into_iter().flatten().map(|row| values[*row]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> Vec<String> {
        ["lh_V1", "lh_M1", "rh_V1"].map(str::to_owned).to_vec()
    }

    fn read(name: &str, bytes: &[u8], column: Option<&str>) -> std::result::Result<Vec<f64>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = |error: Error| error.to_string().replace(&format!("{}/", folder.path().display()), "");
        read_region_values(&path, &regions(), column).map_err(error)
    }

    #[test]
    fn one_map_in_every_dress() {
        for (name, text, column) in [
            ("a.txt", "1.0\n-2.5e0\n3\n", None),
            ("a.txt", "# myelin\n1 -2.5 3\n", None),
            ("a.csv", "1,-2.5,3\n", None),
            ("a.csv", "myelin\n1\n-2.5\n3\n", None),
            ("a.csv", "myelin,thickness\n1,9.5\n-2.5,8.5\n3,7.5\n", Some("myelin")),
            ("a.csv", "region,myelin\nrh_V1,3\nlh_V1,1\nlh_M1,-2.5\n", None),
            ("a.tsv", "region\tnmda\tmyelin\nrh_V1\t0\t3\nlh_V1\t0\t1\nlh_M1\t0\t-2.5\n", Some("myelin")),
            ("a.csv", ",myelin\nrh_V1,3\nlh_V1,1\nlh_M1,-2.5\n", None),
            ("a.txt", "lh_M1 -2.5\nrh_V1 3\nlh_V1 1\n", None),
        ] {
            assert_eq!(read(name, text.as_bytes(), column).unwrap(), [1.0, -2.5, 3.0], "{text:?}");
        }
        for shape in [vec![3], vec![1, 3], vec![3, 1]] {
            let array = crate::NpyArray::numbers(shape, vec![1.0, -2.5, 3.0]).unwrap();
            assert_eq!(read("a.npy", &array.to_npy(), None).unwrap(), [1.0, -2.5, 3.0]);
        }
    }

    #[test]
    fn numbers_that_name_regions_are_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "id,myelin\n2,0.2\n0,0.0\n1,0.1\n").unwrap();
        let regions = ["0", "1", "2"].map(str::to_owned);
        assert_eq!(read_region_values(&path, &regions, None).unwrap(), [0.0, 0.1, 0.2]);
    }

    #[test]
    fn what_does_not_fit_is_said_with_numbers() {
        let array =
            |shape: Vec<usize>, values: Vec<f64>| crate::NpyArray::numbers(shape, values).unwrap().to_npy();
        for (name, bytes, column, said) in [
            ("a.txt", b"1\n2\n".to_vec(), None, "a.txt: expected 3 numbers, one per region, found 2"),
            ("a.txt", b"1\nx\n2\n".to_vec(), None, "a.txt: line 2, column 1: `x` is not a number"),
            ("a.txt", b"1\nnan\n2\n".to_vec(), None, "line 2, column 1: `nan`, where a finite number is due"),
            (
                "a.txt",
                b"1 2\n3 4\n".to_vec(),
                None,
                "a.txt: 2 columns without names, where one number per region is due",
            ),
            ("a.txt", b"1\n2\n3\n".to_vec(), Some("myelin"), "a.txt: has no header, so no column `myelin`"),
            (
                "a.csv",
                b"r,a,b\nlh_V1,1,2\n".to_vec(),
                None,
                "a.csv: holds the columns a, b: say which, as in column = \"a\"",
            ),
            ("a.csv", b"r,a\nlh_V1,1\n".to_vec(), Some("b"), "unknown column `b`; there are: a"),
            (
                "a.csv",
                b"r,a\nlh_V1,1\nlh_V1,1\n".to_vec(),
                None,
                "a.csv: region `lh_V1` stands in rows 1 and 2",
            ),
            (
                "a.csv",
                b"r,a\nlh_V1,1\nlh_M2,1\n".to_vec(),
                None,
                "2 of 3 regions are missing, the first `lh_M1`; the file begins with `lh_V1`",
            ),
            (
                "a.csv",
                b"r,a\nlh_V1,1\nlh_M1,1\nrh_V1,1\nrh_M1,2\n".to_vec(),
                None,
                "1 of 4 rows are of no region, the first `rh_M1`",
            ),
            ("a.csv", b"r,a\nlh_V1,1,2\n".to_vec(), None, "a.csv: line 2: 3 columns, but the header has 2"),
            (
                "a.csv",
                b"id,a\n1,0.1\n2,0.2\n3,0.3\n".to_vec(),
                Some("a"),
                "column `id` numbers the rows, but the regions have names, the first `lh_V1`",
            ),
            ("a.csv", b"a\n".to_vec(), None, "a.csv: holds no numbers"),
            (
                "a.npy",
                array(vec![2, 2], vec![0.0; 4]),
                None,
                "a.npy: 2 × 2 numbers, where one per region is due",
            ),
            (
                "a.npy",
                array(vec![2], vec![0.0; 2]),
                None,
                "a.npy: expected 3 numbers, one per region, found 2",
            ),
            (
                "a.npy",
                array(vec![3], vec![0.0, f64::NAN, 0.0]),
                None,
                "a.npy: number 1 is NaN, where a finite number is due",
            ),
            ("a.npy", array(vec![3], vec![0.0; 3]), Some("x"), "a.npy: an array has no column `x`"),
            ("a.pdf", Vec::new(), None, "files of kind `.pdf` are not read"),
        ] {
            let error = read(name, &bytes, column).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
        assert!(read_region_values(Path::new("missing.txt"), &regions(), None).is_err());
    }
}
