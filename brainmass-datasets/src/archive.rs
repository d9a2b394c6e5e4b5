//! Zip archives, read with care for what they may hold.

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use brainmass_core::{Error, Result};
use zip::ZipArchive;

use crate::file;

/// A zip archive whose members together may unpack to no more than a limit.
pub(crate) struct Archive<R> {
    members: ZipArchive<R>,
    path: PathBuf,
    left: u64,
}

impl<R: Read + Seek> Archive<R> {
    pub(crate) fn open(reader: R, path: &Path, limit: u64) -> Result<Self> {
        let members = ZipArchive::new(reader)
            .map_err(|error| Error::format(path, format!("not a whole zip archive: {error}")))?;
        Ok(Self { members, path: path.to_owned(), left: limit })
    }

    /// The names of the files inside, without folders.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let names = self.members.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
        let names = names.collect::<std::result::Result<Vec<_>, _>>();
        let names = names.map_err(|error| Error::format(&self.path, error.to_string()))?;
        Ok(names.into_iter().filter(|name| !name.ends_with('/')).collect())
    }

    /// The bytes of a member.
    pub(crate) fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        let path = self.path.join(name);
        let member = self.members.by_name(name).map_err(|error| Error::format(&path, error.to_string()))?;
        let bytes = file::read_limited(member, &path, self.left)?;
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    #[test]
    fn a_bomb_stops_at_the_limit_of_the_whole_archive() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["a.txt", "b.txt"] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(&vec![b'0'; 600_000]).unwrap();
        }
        let bytes = writer.finish().unwrap();
        assert!(bytes.get_ref().len() < 10_000, "what is packed is small");
        let mut archive = Archive::open(bytes, Path::new("bomb.zip"), 1_000_000).unwrap();
        assert_eq!(archive.read("a.txt").unwrap().len(), 600_000);
        let error = archive.read("b.txt").unwrap_err();
        assert_eq!(error.to_string(), "bomb.zip/b.txt: holds more than the limit of 400000 bytes");
    }

    #[test]
    fn a_member_that_declares_more_than_it_holds_is_an_error() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.txt", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"1 2 3").unwrap();
        let mut bytes = writer.finish().unwrap().into_inner();
        // The uncompressed size in the central directory, 24 bytes after its signature.
        let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
        bytes[directory + 24..directory + 28].copy_from_slice(&[0xf0, 0xff, 0xff, 0xff]);
        let read = Archive::open(Cursor::new(bytes), Path::new("liar.zip"), 1000)
            .and_then(|mut archive| archive.read("a.txt"));
        assert!(matches!(read, Err(Error::Format { .. })) || read == Ok(b"1 2 3".to_vec()), "{read:?}");
    }
}
