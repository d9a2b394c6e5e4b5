//! MATLAB's files of version 5, as `save` writes them with `-v6` and `-v7`.
//!
//! Their maker's "MAT-File Format" is the definition. Files of version 7.3 are HDF5 and are refused by that name.

use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use flate2::read::ZlibDecoder;
use nalgebra::DMatrix;

use crate::array::{Content, NpyArray};
use crate::file::{self, Loaded};

/// The arrays of a `.mat` file by name: numbers, text, and cells of text.
///
/// Structures, complex and sparse arrays and functions are not read; asking for one says so.
///
/// ```no_run
/// let file = brainmass_datasets::MatFile::open("leadfield.mat".as_ref())?;
/// let gain = file.matrix("Gain")?;
/// let channels = file.array("channels")?.strings();
/// # Ok::<(), brainmass_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "loadmat")]
pub struct MatFile {
    path: PathBuf,
    variables: Vec<(String, Variable)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Variable {
    Array(NpyArray),
    /// What it is instead.
    Unread(&'static str),
}

type Parsed<T> = std::result::Result<T, String>;

impl MatFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Format`] for a file of another version or one that is not whole.
    pub fn open(path: &Path) -> Result<Self> {
        Self::parse(&Loaded::read(path)?)
    }

    pub(crate) fn parse(file: &Loaded) -> Result<Self> {
        let variables =
            parse(&file.bytes, &file.path).map_err(|problem| Error::format(&file.path, problem))?;
        Ok(Self { path: file.path.clone(), variables })
    }

    /// The names of the arrays that can be read, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let readable = |(_, variable): &&(String, Variable)| matches!(variable, Variable::Array(_));
        self.variables.iter().filter(readable).map(|(name, _)| name.as_str())
    }

    /// An array by its name.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a name that is not there, [`Error::Format`] for what is not read.
    pub fn array(&self, name: &str) -> Result<&NpyArray> {
        match self.variables.iter().find(|(known, _)| known == name) {
            Some((_, Variable::Array(array))) => Ok(array),
            Some((_, Variable::Unread(kind))) => {
                let problem =
                    format!("`{name}` is {kind}; only plain numbers, text and cells of text are read");
                Err(Error::format(&self.path, problem))
            }
            None => {
                let kind = format!("array of {}", self.path.display());
                Err(Error::unknown(&kind, name, self.variables.iter().map(|(name, _)| name)))
            }
        }
    }

    /// A matrix by its name.
    ///
    /// # Errors
    /// As [`array`](Self::array); [`Error::Format`] for text or more axes than two.
    pub fn matrix(&self, name: &str) -> Result<DMatrix<f64>> {
        file::name_path(self.array(name)?.matrix(name), &self.path)
    }

    /// The array by name, or the only one there is.
    pub(crate) fn chosen(&self, name: Option<&str>) -> Result<&NpyArray> {
        let mut names = self.names();
        if let (Some(name), _, _) | (None, Some(name), None) = (name, names.next(), names.next()) {
            return self.array(name);
        }
        let names = self.names().collect::<Vec<_>>().join(", ");
        let problem = format!("name one of its arrays, as in `file.mat:name`; there are: {names}");
        Err(Error::format(&self.path, problem))
    }
}

const HEADER: usize = 128;

fn parse(bytes: &[u8], path: &Path) -> Parsed<Vec<(String, Variable)>> {
    if bytes.starts_with(b"MATLAB 7.3") || bytes.starts_with(b"\x89HDF") {
        let remedy = "save it with `-v7`";
        return Err(format!("a MATLAB file of version 7.3, which is HDF5 and is not read; {remedy}"));
    }
    let big_endian = match bytes.get(124..HEADER) {
        Some([0, 1, b'I', b'M']) => false,
        Some([1, 0, b'M', b'I']) => true,
        _ => {
            return Err(
                "not a MATLAB file of version 5: its header does not end in a version and `IM`".to_owned()
            );
        }
    };
    let mut reader = Reader { bytes: &bytes[HEADER..], big_endian };
    let mut variables = Vec::new();
    while !reader.bytes.is_empty() {
        let (kind, data) = reader.element()?;
        match kind {
            COMPRESSED => {
                let unpacked = file::read_limited(ZlibDecoder::new(data), path, file::LIMIT);
                let unpacked = unpacked.map_err(|error| error.to_string())?;
                let (kind, data) = Reader { bytes: &unpacked, big_endian }.element()?;
                if kind == MATRIX {
                    variables.push(variable(data, big_endian)?);
                }
            }
            MATRIX => variables.push(variable(data, big_endian)?),
            // What MATLAB keeps for itself.
            _ => {}
        }
    }
    Ok(variables)
}

const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;

/// Elements one after the other.
struct Reader<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Reader<'a> {
    fn word(&self, at: usize) -> Parsed<u32> {
        let word = self.bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        let word = word.ok_or("truncated: the beginning of an element is not complete")?;
        Ok(if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
    }

    /// The type of the next element and its data.
    fn element(&mut self) -> Parsed<(u32, &'a [u8])> {
        let first = self.word(0)?;
        // Up to four bytes of data stand in the place of the size.
        let (kind, size, begin): (u32, usize, usize) = if first >> 16 == 0 {
            (first, self.word(4)? as usize, 8)
        } else {
            (first & 0xffff, (first >> 16) as usize, 4)
        };
        let truncated =
            || format!("truncated: an element of {size} bytes expected, {} found", self.bytes.len());
        let end = begin.checked_add(size).filter(|end| *end <= self.bytes.len()).ok_or_else(truncated)?;
        let data = &self.bytes[begin..end];
        let padded = if kind == COMPRESSED { end } else { end.next_multiple_of(8) };
        self.bytes = self.bytes.get(padded..).unwrap_or_default();
        Ok((kind, data))
    }
}

/// The name and the content of a matrix element.
fn variable(data: &[u8], big_endian: bool) -> Parsed<(String, Variable)> {
    let mut reader = Reader { bytes: data, big_endian };
    let (_, flags) = reader.element()?;
    let flags = Reader { bytes: flags, big_endian }.word(0)?;
    let (class, is_complex) = (flags & 0xff, flags & 0x800 != 0);
    let (kind, dimensions) = reader.element()?;
    let shape: Vec<usize> =
        numbers(kind, dimensions, big_endian)?.into_iter().map(whole).collect::<Parsed<_>>()?;
    let (_, name) = reader.element()?;
    let name = String::from_utf8_lossy(name).into_owned();
    let count = shape.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
    let count = count.filter(|count| *count <= file::MOST_ELEMENTS && shape.len() <= NpyArray::MOST_AXES);
    let count = count
        .ok_or_else(|| format!("`{name}`: shape {shape:?} is beyond {} elements", file::MOST_ELEMENTS))?;
    let found = match class {
        1 => cell(&mut reader, count)?,
        4 => Variable::Array(NpyArray::text(rows(&mut reader, &shape)?)),
        6..=15 if is_complex => Variable::Unread("complex"),
        6..=15 => {
            let (kind, data) = reader.element()?;
            let values = numbers(kind, data, big_endian)?;
            if values.len() != count {
                return Err(format!("`{name}`: {count} numbers expected, {} found", values.len()));
            }
            Variable::Array(NpyArray::from_parts(shape, Content::Numbers(values)).into_c_order())
        }
        2 => Variable::Unread("a structure"),
        5 => Variable::Unread("a sparse array"),
        _ => Variable::Unread("an object or a function"),
    };
    Ok((name, found))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
fn whole(number: f64) -> Parsed<usize> {
    if (0.0..=4_294_967_295.0).contains(&number) {
        Ok(number as usize)
    } else {
        Err(format!("a length of {number}"))
    }
}

/// A cell of texts; others are not read.
fn cell(reader: &mut Reader<'_>, count: usize) -> Parsed<Variable> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let (kind, data) = reader.element()?;
        let inner = &mut Reader { bytes: data, big_endian: reader.big_endian };
        if kind != MATRIX || data.is_empty() {
            return Ok(Variable::Unread("a cell of other things than text"));
        }
        let (_, flags) = inner.element()?;
        if (Reader { bytes: flags, big_endian: reader.big_endian }).word(0)? & 0xff != 4 {
            return Ok(Variable::Unread("a cell of other things than text"));
        }
        let (kind, dimensions) = inner.element()?;
        let shape = numbers(kind, dimensions, reader.big_endian)?
            .into_iter()
            .map(whole)
            .collect::<Parsed<Vec<_>>>()?;
        inner.element()?;
        texts.push(rows(inner, &shape)?.join(""));
    }
    Ok(Variable::Array(NpyArray::text(texts)))
}

/// The rows of a matrix of letters, which are stored column by column; spaces at their ends are padding.
fn rows(reader: &mut Reader<'_>, shape: &[usize]) -> Parsed<Vec<String>> {
    let (kind, data) = reader.element()?;
    let letters: Vec<char> = if kind == 16 {
        String::from_utf8_lossy(data).chars().collect()
    } else {
        let points = numbers(kind, data, reader.big_endian)?;
        let letter = |point: f64| {
            let point = whole(point).ok().and_then(|point| u32::try_from(point).ok());
            point.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        points.into_iter().map(letter).collect()
    };
    let n_rows = shape.first().copied().unwrap_or(0);
    let row = |row: usize| letters.iter().skip(row).step_by(n_rows).collect::<String>().trim_end().to_owned();
    Ok((0..n_rows).map(row).collect())
}

/// Numbers of any type; integers beyond 2^53 are rounded.
#[expect(clippy::cast_lossless, reason = "one conversion for all types")]
fn numbers(kind: u32, data: &[u8], big_endian: bool) -> Parsed<Vec<f64>> {
    macro_rules! decode {
        ($type:ty) => {{
            let convert = if big_endian { <$type>::from_be_bytes } else { <$type>::from_le_bytes };
            data.as_chunks::<{ size_of::<$type>() }>().0.iter().map(|item| convert(*item) as f64).collect()
        }};
    }
    Ok(match kind {
        1 => decode!(i8),
        2 => decode!(u8),
        3 => decode!(i16),
        4 | 17 => decode!(u16),
        5 => decode!(i32),
        6 | 18 => decode!(u32),
        7 => decode!(f32),
        9 => decode!(f64),
        12 => decode!(i64),
        13 => decode!(u64),
        other => return Err(format!("an element of type {other} where numbers are due")),
    })
}
