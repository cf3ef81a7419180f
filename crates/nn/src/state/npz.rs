//! NumPy's archives: a zip file with an array `name.npy` for each entry.

use std::io::{self, Cursor, Read, Write};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::array::Array;
use super::dict::StateDict;
use super::error::{Origin, StateError};
use super::npy::{self, Refusal};
use super::safetensors::twice;

/// What the name of an array ends with in the archive.
const SUFFIX: &str = ".npy";

/// The bytes that compressed arrays may have together: a compressed file can claim a thousand times its size.
const INFLATED: u64 = 1 << 28;

/// The bytes of a file; they depend on the entries alone.
pub(super) fn write(dict: &StateDict, to: &Origin) -> Result<Vec<u8>, StateError> {
    let refused = |name: &str, why: String| {
        Err(StateError::Name { origin: to.clone(), name: name.into(), why: format!("cannot be written: {why}") })
    };
    if let Some(name) = dict.repeated() {
        return refused(name, twice(name));
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in dict.iter() {
        // Python's reader ends a name there.
        if name.contains('\0') {
            return refused(name, format!("{name:?} has a zero byte; rename the field"));
        }
        let header =
            npy::header(array).map_err(|why| StateError::Kind { origin: to.clone(), name: name.into(), why })?;
        if let Err(error) = member(&mut archive, name, &header, array) {
            return refused(name, format!("{name:?}: {error}"));
        }
    }
    Ok(archive.finish().expect("memory takes what is written").into_inner())
}

/// Writes one array, as `numpy.savez` does: not compressed, as weights hardly get smaller.
fn member(archive: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, header: &[u8], array: &Array) -> Result<(), ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .large_file(header.len() + array.size() > u32::MAX as usize);
    archive.start_file(format!("{name}{SUFFIX}"), options)?;
    npy::write(header, array, archive)?;
    archive.flush()?;
    Ok(())
}

/// The entries of a file, in its order.
pub(super) fn read(bytes: &[u8], origin: Origin) -> Result<StateDict, StateError> {
    let damaged =
        |reason: String| StateError::Damaged { origin: origin.clone(), format: "npz", bytes: bytes.len(), reason };
    if bytes.starts_with(b"\x93NUMPY") {
        return Err(damaged(
            "it is a single array (npy); save by `numpy.savez`, which gives each array its name".into(),
        ));
    }
    let from_start = Config { archive_offset: ArchiveOffset::Known(0) };
    let archive = ZipArchive::with_config(from_start, Cursor::new(bytes));
    let mut archive = archive.map_err(|error| damaged(format!("it is no zip archive, or cut short: {error}")))?;
    // Names that stand twice, arrays that share bytes, arrays that are not listed.
    archive.validate_header_consistency().map_err(|error| damaged(error.to_string()))?;
    let (mut entries, mut inflated) = (Vec::new(), 0);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let name = str::from_utf8(file.name_raw()).map_err(|error| damaged(format!("a name is not UTF-8: {error}")))?;
        let Some(name) = name.strip_suffix(SUFFIX) else {
            return Err(damaged(stranger(name)));
        };
        let name = name.to_owned();
        let size = file.size();
        if file.compression() != CompressionMethod::Stored {
            inflated = size.saturating_add(inflated);
            if inflated > INFLATED {
                let what = format!(
                    "{name}: with it the compressed arrays are larger than 256 MiB; save them by `numpy.savez`"
                );
                return Err(damaged(what));
            }
        }
        let content = content(&mut file, size).map_err(|error| damaged(format!("{name}: {error}")))?;
        match npy::read(&content) {
            Ok(array) => entries.push((name, array)),
            Err(Refusal::Damaged(why)) => return Err(damaged(format!("{name}: {why}"))),
            Err(Refusal::Kind(why)) => return Err(StateError::Kind { origin, name, why }),
        }
    }
    Ok(StateDict { entries, origin })
}

/// A file of the archive. Memory is taken as it comes, not as the archive claims; the checksum is compared at its end.
fn content(file: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.take(size.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 == size {
        Ok(content)
    } else {
        Err(io::Error::other("its size is not what the archive says"))
    }
}

/// Why a file of the archive that is no array is refused.
fn stranger(name: &str) -> String {
    if name.ends_with("/data.pkl") {
        "it is a file of `torch.save`; in PyTorch, save by `safetensors.torch.save_file(net.state_dict(), path)`".into()
    } else {
        format!("{name:?} in it is no array; expected names that end with {SUFFIX}")
    }
}
