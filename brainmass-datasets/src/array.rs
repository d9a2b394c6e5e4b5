//! Arrays as numpy writes them: any number of axes, C order.

use std::path::Path;

use brainmass_core::{Error, Result};
use nalgebra::DMatrix;
use npyz::{NpyFile, Order};

/// An array of numbers or of text, with its shape, in C order.
///
/// ```
/// use brainmass_datasets::NpyArray;
/// let array = NpyArray::numbers(vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
/// assert_eq!(array.matrix("weights").unwrap()[(1, 0)], 4.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NpyArray {
    shape: Vec<usize>,
    content: Content,
}

#[derive(Clone, Debug, PartialEq)]
enum Content {
    Numbers(Vec<f64>),
    Text(Vec<String>),
}

impl NpyArray {
    /// An array of numbers.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shape does not hold that many.
    pub fn numbers(shape: Vec<usize>, values: Vec<f64>) -> Result<Self> {
        let expected: usize = shape.iter().product();
        if expected != values.len() {
            return Err(Error::shape(
                "array",
                format!("{expected} numbers for {shape:?}"),
                values.len().to_string(),
            ));
        }
        Ok(Self { shape, content: Content::Numbers(values) })
    }

    /// One axis of text, such as labels.
    pub fn text(values: Vec<String>) -> Self {
        Self { shape: vec![values.len()], content: Content::Text(values) }
    }

    /// A matrix as a two-axis array.
    pub fn from_matrix(matrix: &DMatrix<f64>) -> Self {
        let values = matrix.transpose().as_slice().to_vec();
        Self { shape: vec![matrix.nrows(), matrix.ncols()], content: Content::Numbers(values) }
    }

    /// The length of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The numbers in C order; `None` for text.
    pub fn values(&self) -> Option<&[f64]> {
        match &self.content {
            Content::Numbers(values) => Some(values),
            Content::Text(_) => None,
        }
    }

    /// The texts in C order; `None` for numbers.
    pub fn strings(&self) -> Option<&[String]> {
        match &self.content {
            Content::Numbers(_) => None,
            Content::Text(values) => Some(values),
        }
    }

    /// The array as a matrix; one axis becomes a column.
    ///
    /// # Errors
    /// [`Error::Shape`] for text or for another number of axes, with `what` in its text.
    pub fn matrix(&self, what: &str) -> Result<DMatrix<f64>> {
        let (rows, columns) = match self.shape[..] {
            [rows] => (rows, 1),
            [rows, columns] => (rows, columns),
            _ => return Err(Error::shape(what, "one or two axes", format!("shape {:?}", self.shape))),
        };
        let values = self.values().ok_or_else(|| Error::shape(what, "numbers", "text"))?;
        Ok(DMatrix::from_row_slice(rows, columns, values))
    }

    /// Reads the bytes of a `.npy` file; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Format`] for anything but a whole array of numbers or text.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let fail = |problem: String| Error::format(path, problem);
        let file = NpyFile::new(bytes).map_err(|error| fail(format!("not a .npy array: {error}")))?;
        let shape =
            file.shape().iter().map(|&n| usize::try_from(n)).collect::<std::result::Result<Vec<_>, _>>();
        let shape = shape.map_err(|_| fail("an axis is too long for this machine".to_owned()))?;
        let header = file.header();
        let count = shape.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
        let size = count.zip(header.dtype().num_bytes()).and_then(|(count, bytes)| count.checked_mul(bytes));
        let (Some(count), Some(size)) = (count, size) else {
            return Err(fail(format!(
                "cannot read elements of type {} in shape {shape:?}",
                header.dtype().descr()
            )));
        };
        let order = file.order();
        let descr = file.dtype().descr();
        let content = if descr.contains('U') {
            let rest = file.into_inner();
            Content::Text(parse_text(
                rest.get(..size).ok_or_else(|| fail(truncated(size, rest.len())))?,
                count,
            ))
        } else {
            Content::Numbers(parse_numbers(file, size, &fail)?)
        };
        let array = Self { shape, content };
        Ok(if order == Order::Fortran { array.reversed_axes() } else { array })
    }

    /// Turns elements stored in Fortran order into C order.
    fn reversed_axes(self) -> Self {
        fn pick<T: Clone>(shape: &[usize], values: &[T]) -> Vec<T> {
            let mut index = vec![0_usize; shape.len()];
            let mut picked = Vec::with_capacity(values.len());
            for _ in 0..values.len() {
                let position = index.iter().zip(shape).rev().fold(0, |position, (i, n)| position * n + i);
                picked.push(values[position].clone());
                for axis in (0..shape.len()).rev() {
                    index[axis] += 1;
                    if index[axis] < shape[axis] {
                        break;
                    }
                    index[axis] = 0;
                }
            }
            picked
        }
        let content = match &self.content {
            Content::Numbers(values) => Content::Numbers(pick(&self.shape, values)),
            Content::Text(values) => Content::Text(pick(&self.shape, values)),
        };
        Self { content, shape: self.shape }
    }
}

fn truncated(expected: usize, found: usize) -> String {
    format!("truncated: {expected} bytes of data expected, {found} found")
}

fn parse_numbers(file: NpyFile<&[u8]>, size: usize, fail: &impl Fn(String) -> Error) -> Result<Vec<f64>> {
    macro_rules! try_types {
        ($file:expr, $($type:ty => $convert:expr),+) => {{
            let mut file = $file;
            $(
                file = match file.try_data::<$type>() {
                    Ok(data) => {
                        let read = data.collect::<std::io::Result<Vec<$type>>>();
                        let values = read.map_err(|error| fail(format!("{} ({error})", truncated(size, 0))))?;
                        return Ok(values.into_iter().map($convert).collect());
                    }
                    Err(file) => file,
                };
            )+
            file
        }};
    }
    let available = file.header().clone();
    let rest = file.into_inner();
    if rest.len() < size {
        return Err(fail(truncated(size, rest.len())));
    }
    let file = NpyFile::with_header(available, rest);
    let file = try_types!(file,
        f64 => |v| v, f32 => f64::from, i64 => |v| v as f64, i32 => f64::from, i16 => f64::from, i8 => f64::from,
        u64 => |v| v as f64, u32 => f64::from, u16 => f64::from, u8 => f64::from, bool => |v| f64::from(u8::from(v)));
    Err(fail(format!("elements of type {} are not numbers", file.dtype().descr())))
}

/// numpy keeps text as UTF-32, padded with zeros.
fn parse_text(bytes: &[u8], count: usize) -> Vec<String> {
    let width = bytes.len().checked_div(count).unwrap_or(0);
    let decode = |item: &[u8]| {
        let points = item.as_chunks::<4>().0.iter().map(|code| u32::from_le_bytes(*code));
        points.take_while(|code| *code != 0).filter_map(char::from_u32).collect()
    };
    if width == 0 { vec![String::new(); count] } else { bytes.chunks_exact(width).map(decode).collect() }
}
