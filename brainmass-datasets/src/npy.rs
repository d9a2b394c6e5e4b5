//! The `.npy` format: a header in the notation of Python, then the elements.
//!
//! Numpy's documentation of `numpy.lib.format` is the definition.

use std::path::Path;

use brainmass_core::{Error, Result};

use crate::array::{Content, NpyArray};
use crate::file;

const MAGIC: &[u8] = b"\x93NUMPY";

/// What a header says of the elements that follow.
struct Header {
    descr: String,
    fortran_order: bool,
    shape: Vec<usize>,
}

impl NpyArray {
    /// Reads the bytes of a `.npy` file; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Format`] for anything but a whole array of numbers or text.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        parse(bytes).map_err(|problem| Error::format(path, problem))
    }

    /// The bytes of a `.npy` file: numbers as `<f8`, text as `<U`.
    pub fn to_npy(&self) -> Vec<u8> {
        let mut data = Vec::new();
        let descr = match self.content() {
            Content::Numbers(values) => {
                data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                "<f8".to_owned()
            }
            Content::Text(values) => {
                let width = values.iter().map(|value| value.chars().count()).max().unwrap_or(0).max(1);
                for value in values {
                    let points = value.chars().map(u32::from).chain(std::iter::repeat(0)).take(width);
                    data.extend(points.flat_map(u32::to_le_bytes));
                }
                format!("<U{width}")
            }
        };
        let axes: Vec<String> = self.shape().iter().map(ToString::to_string).collect();
        let shape = if let [one] = &axes[..] { format!("{one},") } else { axes.join(", ") };
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
        // Magic, version, length, text and line end fill a multiple of 64 bytes.
        let padded = (text.len() + 11).next_multiple_of(64) - 11;
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        // 64 axes of at most 20 digits each fill less than 2 KiB.
        bytes.extend(u16::try_from(padded + 1).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend(format!("{text:padded$}\n").into_bytes());
        bytes.extend(data);
        bytes
    }
}

fn parse(bytes: &[u8]) -> std::result::Result<NpyArray, String> {
    let (header, data) = split_header(bytes)?;
    let header = Header::parse(&header)?;
    let kind = header.descr.get(1..2).unwrap_or_default();
    let refused = || format!("elements of type '{}' are neither numbers nor text", header.descr);
    if kind == "O" {
        return Err("pickled Python objects are not read; save the array with a plain dtype".to_owned());
    }
    let big_endian = header.descr.starts_with('>');
    let number = header.descr.get(2..).and_then(|digits| digits.parse::<usize>().ok());
    let number = number.filter(|number| *number > 0).ok_or_else(refused)?;
    let width = if kind == "U" { number.checked_mul(4).ok_or_else(refused)? } else { number };
    let n_axes = header.shape.len();
    if n_axes > NpyArray::MOST_AXES {
        return Err(format!("{n_axes} axes, but numpy allows {}", NpyArray::MOST_AXES));
    }
    // No product of lengths in the header is believed before this.
    let most = file::MOST_ELEMENTS;
    let count = header.shape.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
    let count = count.filter(|count| *count <= most);
    let count = count.ok_or_else(|| format!("shape {:?} is beyond {most} elements", header.shape))?;
    let data = count.checked_mul(width).and_then(|size| data.get(..size)).ok_or_else(|| {
        let expected = format!("{count} elements of {width} bytes");
        format!("truncated: {expected} of data expected, {} bytes found", data.len())
    })?;
    let content = match kind {
        "U" | "S" => {
            let decode = if kind == "S" { decode_bytes } else { decode_points };
            let items = data.chunks_exact(width).enumerate();
            let text = items.map(|(index, item)| {
                decode(item, big_endian).ok_or_else(|| format!("element {index} is not valid text"))
            });
            Content::Text(text.collect::<std::result::Result<_, _>>()?)
        }
        _ => Content::Numbers(decode_numbers(kind, width, big_endian, data).ok_or_else(refused)?),
    };
    let array = NpyArray::from_parts(header.shape, content);
    Ok(if header.fortran_order { array.into_c_order() } else { array })
}

/// The text of the header and the data behind it.
fn split_header(bytes: &[u8]) -> std::result::Result<(String, &[u8]), String> {
    let not_npy = || "not a .npy array: it does not begin with \\x93NUMPY".to_owned();
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(not_npy)?;
    let split = match rest {
        [1, _, a, b, rest @ ..] => rest.split_at_checked(usize::from(u16::from_le_bytes([*a, *b]))),
        [2 | 3, _, a, b, c, d, rest @ ..] => usize::try_from(u32::from_le_bytes([*a, *b, *c, *d]))
            .ok()
            .and_then(|length| rest.split_at_checked(length)),
        [version, ..] if *version > 3 => return Err(format!("unknown .npy version {version}")),
        _ => None,
    };
    let (header, data) = split.ok_or("truncated: the header is not complete")?;
    Ok((String::from_utf8_lossy(header).into_owned(), data))
}

impl Header {
    fn parse(text: &str) -> std::result::Result<Self, String> {
        let value = |key: &str| {
            let found = text.split_once(&format!("'{key}'")).map(|(_, rest)| rest.trim_start());
            let value = found.and_then(|rest| rest.strip_prefix(':')).map(str::trim_start);
            value.ok_or_else(|| format!("the header has no '{key}'"))
        };
        let descr = value("descr")?.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
        let (descr, _) = descr.ok_or("records with named fields are not read")?;
        let fortran_order = match value("fortran_order")? {
            order if order.starts_with("True") => true,
            order if order.starts_with("False") => false,
            _ => return Err("'fortran_order' in the header is neither True nor False".to_owned()),
        };
        let shape = value("shape")?.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        let axes = shape.map(|(axes, _)| axes.split(',').map(str::trim).filter(|axis| !axis.is_empty()));
        let shape = axes.and_then(|axes| axes.map(|axis| axis.parse().ok()).collect());
        let shape = shape.ok_or("'shape' in the header is not a tuple of lengths")?;
        Ok(Self { descr: descr.to_owned(), fortran_order, shape })
    }
}

/// Integers beyond 2^53 are rounded to the nearest f64.
#[expect(clippy::cast_lossless, reason = "one conversion for all types")]
fn decode_numbers(kind: &str, width: usize, big_endian: bool, data: &[u8]) -> Option<Vec<f64>> {
    macro_rules! decode {
        ($type:ty) => {{
            let convert = if big_endian { <$type>::from_be_bytes } else { <$type>::from_le_bytes };
            let items = data.as_chunks::<{ size_of::<$type>() }>().0;
            items.iter().map(|item| convert(*item) as f64).collect()
        }};
    }
    Some(match (kind, width) {
        ("f", 8) => decode!(f64),
        ("f", 4) => decode!(f32),
        ("i", 8) => decode!(i64),
        ("i", 4) => decode!(i32),
        ("i", 2) => decode!(i16),
        ("i", 1) => decode!(i8),
        ("u", 8) => decode!(u64),
        ("u", 4) => decode!(u32),
        ("u", 2) => decode!(u16),
        ("u", 1) => decode!(u8),
        ("b", 1) => data.iter().map(|byte| f64::from(u8::from(*byte != 0))).collect(),
        _ => return None,
    })
}

/// Unicode text is UTF-32, padded with zeros.
fn decode_points(item: &[u8], big_endian: bool) -> Option<String> {
    let convert = if big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
    let text = item.as_chunks::<4>().0.iter().map(|point| char::from_u32(convert(*point)));
    Some(text.collect::<Option<String>>()?.trim_end_matches('\0').to_owned())
}

/// Byte strings are taken as UTF-8, padded with zeros.
fn decode_bytes(item: &[u8], _: bool) -> Option<String> {
    Some(std::str::from_utf8(item).ok()?.trim_end_matches('\0').to_owned())
}
