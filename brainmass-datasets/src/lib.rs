//! Small embedded connectomes and signals, and readers of the field's files.

mod archive;
mod array;
mod file;
mod npy;
mod npz;

pub use array::NpyArray;
pub use file::write_atomically;
pub use npz::{Npz, write_npy, write_npz};
