//! Small embedded connectomes and signals, and readers of the field's files.
//!
//! | to get | from | call |
//! |---|---|---|
//! | a matrix | `.npy`; `.npz` and `.mat` of version 5, as `file.npz:name` if it holds several arrays; `.csv`, `.tsv`, `.txt`, `.dat` | [`read_matrix`], [`read_matrix_with_missing`] |
//! | named arrays | `.npz`; `.mat` of version 5 | [`Npz`]; [`MatFile`] |
//! | a [`Connectome`](brainmass_core::Connectome) | TVB connectivity zip, `.npz`, folder of matrix files | [`read_connectome`] |
//! | the same | matrix files of any name | [`read_connectome_files`] |
//! | functional connectivity | a symmetric matrix, or one triangle of it | [`read_fc`], [`symmetric_from_triangle`] |
//! | labels | text, one per line; text array | [`read_labels`] |
//! | sensors | text, `label x y z` in mm | [`read_sensors`] |
//! | the region of each vertex | whole numbers from 0, in any matrix file | [`read_region_map`] |
//! | one number per region | numbers in order, or a table with the regions' names | [`read_region_values`] |
//! | a dataset by name | embedded or registered | [`Registry`], [`example_connectome`], [`example_signal`], [`example_fc`] |
//!
//! Text is separated by `;`, `,` or white space, as its first line is; `.tsv` by tabs. Lines that begin with
//! `#` are comments. A first line without a number is a header; if its first cell is empty, the first column
//! names the rows. Every file may be packed as `.bz2`, and no file is read
//! beyond 1 GiB or 2²⁵ elements.
//!
//! Arrays may hold floats of 4 and 8 bytes, integers, booleans, Unicode text and byte strings, in either
//! byte order, in C or Fortran order. Pickled objects are refused.
//!
//! [`write_npz`] and [`write_npy`] write what numpy opens, by way of [`write_atomically`]: under its final
//! name a file is whole or not there.

mod archive;
mod array;
mod bundle;
mod connectome;
mod example;
mod file;
mod map;
mod mat;
mod matrix;
mod npy;
mod npz;
mod registry;
mod sensors;
mod text;

pub use array::NpyArray;
pub use brainmass_core::write_atomically;
pub use connectome::{read_connectome, read_connectome_files};
pub use example::{example_connectome, example_fc, example_signal};
pub use map::read_region_values;
pub use mat::MatFile;
pub use matrix::{
    Triangle, read_fc, read_fc_of_regions, read_labels, read_matrix, read_matrix_with_missing,
    read_region_map, symmetric_from_triangle,
};
pub use npz::{Npz, write_npy, write_npz};
pub use registry::{Dataset, Entry, Registry};
pub use sensors::{Sensors, read_sensors};
