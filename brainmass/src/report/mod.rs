//! What the command leaves behind: a table, files, pictures, a page.

mod figures;
mod files;
mod fit;
mod html;
mod table;

pub use files::{Written, claim_folder, write};
pub use fit::{fit_rows, write_fit};
pub use table::{Row, rows, summary};
