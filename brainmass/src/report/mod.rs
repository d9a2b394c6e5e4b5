//! What the command leaves behind: a table, files, pictures, a page.

mod figures;
mod files;
mod html;
mod table;

pub use files::{Written, claim_folder, write};
pub use table::{Row, rows, summary};
