//! Small embedded connectomes and signals, and readers of the field's files.

mod archive;
mod array;
mod npz;

pub use array::NpyArray;
pub use npz::Npz;
