//! Small embedded connectomes and signals, and readers of the field's files.

mod archive;
mod array;
mod file;
mod matrix;
mod npy;
mod npz;
mod sensors;
mod text;

pub use array::NpyArray;
pub use file::write_atomically;
pub use matrix::{
    Triangle, read_fc, read_labels, read_matrix, read_matrix_with_missing, read_region_map,
    symmetric_from_triangle,
};
pub use npz::{Npz, write_npy, write_npz};
pub use sensors::{Sensors, read_sensors};
