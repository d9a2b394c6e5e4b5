//! Arrays as numpy keeps them: any number of axes, C order.

use brainmass_core::{Error, Result};
use nalgebra::DMatrix;

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
pub(crate) enum Content {
    Numbers(Vec<f64>),
    Text(Vec<String>),
}

impl NpyArray {
    /// As many as numpy allows.
    pub(crate) const MOST_AXES: usize = 64;

    /// An array of numbers.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shape does not hold that many, or has more than 64 axes.
    pub fn numbers(shape: Vec<usize>, values: Vec<f64>) -> Result<Self> {
        if shape.len() > Self::MOST_AXES {
            let expected = format!("at most {} axes", Self::MOST_AXES);
            return Err(Error::shape("array", expected, shape.len().to_string()));
        }
        let expected = shape.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
        if expected != Some(values.len()) {
            let expected = format!("as many numbers as fill {shape:?}");
            return Err(Error::shape("array", expected, values.len().to_string()));
        }
        Ok(Self::from_parts(shape, Content::Numbers(values)))
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

    pub(crate) fn from_parts(shape: Vec<usize>, content: Content) -> Self {
        Self { shape, content }
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    pub(crate) fn len(&self) -> usize {
        match &self.content {
            Content::Numbers(values) => values.len(),
            Content::Text(values) => values.len(),
        }
    }

    /// The length of each axis; empty for a single element.
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

    /// The same array, its elements taken to be stored in Fortran order.
    pub(crate) fn into_c_order(self) -> Self {
        let content = match &self.content {
            Content::Numbers(values) => Content::Numbers(to_c_order(&self.shape, values)),
            Content::Text(values) => Content::Text(to_c_order(&self.shape, values)),
        };
        Self { content, shape: self.shape }
    }
}

/// Elements in Fortran order, brought into C order.
fn to_c_order<T: Clone>(shape: &[usize], values: &[T]) -> Vec<T> {
    let element = |mut rest: usize| {
        // The last axis of the C position is the slowest of the Fortran one.
        let (mut position, mut stride) = (0, values.len());
        for n in shape.iter().rev() {
            stride /= n;
            position += rest % n * stride;
            rest /= n;
        }
        values[position].clone()
    };
    (0..values.len()).map(element).collect()
}
