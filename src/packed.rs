//! Numbers and names as bytes, the same on every machine: what a worker elsewhere hands back.
//!
//! Whole numbers take seven bits a byte, the lowest first; others eight bytes, the lowest first. What is read
//! may be damaged, and is then an error.

use crate::error::Error;

/// Bytes that are written.
#[derive(Debug, Default)]
pub(crate) struct Packed(pub(crate) Vec<u8>);

impl Packed {
    /// What was written, with a seal at its end.
    pub(crate) fn sealed(mut self) -> Vec<u8> {
        self.0.extend(seal(&self.0).to_le_bytes());
        self.0
    }

    pub(crate) fn whole(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A whole number that may be negative.
    pub(crate) fn signed(&mut self, number: i64) {
        self.whole((number << 1 ^ number >> 63) as u64);
    }

    pub(crate) fn number(&mut self, number: f64) {
        self.0.extend(number.to_bits().to_le_bytes());
    }

    pub(crate) fn numbers(&mut self, numbers: &[f64]) {
        self.0.reserve(8 * numbers.len());
        for number in numbers {
            self.number(*number);
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.whole(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    /// A list with its length.
    pub(crate) fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.whole(items.len() as u64);
        items.for_each(|item| write(self, item));
    }
}

/// Bytes that are read.
#[derive(Debug)]
pub(crate) struct Unpacked<'a>(pub(crate) &'a [u8]);

impl<'a> Unpacked<'a> {
    /// What has a seal, which is whole.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let (bytes, sealed) = bytes.split_last_chunk::<8>().ok_or_else(damaged)?;
        if seal(bytes) == u64::from_le_bytes(*sealed) { Ok(Self(bytes)) } else { Err(damaged()) }
    }
}

impl Unpacked<'_> {
    pub(crate) fn bytes(&mut self, count: usize) -> Result<&[u8], Error> {
        if count > self.0.len() {
            return Err(damaged());
        }
        let (bytes, rest) = self.0.split_at(count);
        self.0 = rest;
        Ok(bytes)
    }

    pub(crate) fn whole(&mut self) -> Result<u64, Error> {
        let mut number = 0_u64;
        for place in 0..10 {
            let byte = u64::from(self.bytes(1)?[0]);
            let part = byte & 0x7f;
            if place == 9 && part > 1 {
                break;
            }
            number |= part << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Error> {
        let number = self.whole()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn number(&mut self) -> Result<f64, Error> {
        let bytes = self.bytes(8)?.try_into().map_err(|_| damaged())?;
        Ok(f64::from_bits(u64::from_le_bytes(bytes)))
    }

    /// As many numbers as there is room for.
    pub(crate) fn numbers(&mut self, room: &mut [f64]) -> Result<(), Error> {
        let bytes = self.bytes(8 * room.len())?;
        for (number, bytes) in room.iter_mut().zip(bytes.chunks_exact(8)) {
            *number = f64::from_bits(u64::from_le_bytes(bytes.try_into().map_err(|_| damaged())?));
        }
        Ok(())
    }

    pub(crate) fn text(&mut self) -> Result<String, Error> {
        let count = self.count()?;
        String::from_utf8(self.bytes(count)?.to_vec()).map_err(|_| damaged())
    }

    /// How many things follow, each of which takes a byte at least.
    fn count(&mut self) -> Result<usize, Error> {
        let count = usize::try_from(self.whole()?).map_err(|_| damaged())?;
        if count > self.0.len() { Err(damaged()) } else { Ok(count) }
    }

    pub(crate) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        (0..self.count()?).map(|_| read(self)).collect()
    }

    /// A place among so many.
    pub(crate) fn place(&mut self, count: usize) -> Result<usize, Error> {
        let place = usize::try_from(self.whole()?).map_err(|_| damaged())?;
        if place < count { Ok(place) } else { Err(damaged()) }
    }

    /// Refuses what is left over.
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

/// A number that no other byte in a place leaves as it is: FNV-1a, by words.
fn seal(bytes: &[u8]) -> u64 {
    let mut seal = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    for word in bytes.chunks(8) {
        let mut whole = [0; 8];
        whole[..word.len()].copy_from_slice(word);
        seal = (seal ^ u64::from_le_bytes(whole)).wrapping_mul(0x0100_0000_01b3);
    }
    seal
}

/// The error of bytes that are none of a range.
pub(crate) fn damaged() -> Error {
    Error::at("range", "these bytes are no part of this run, or damaged on their way")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            whole in any::<u64>(),
            signed in any::<i64>(),
            numbers in prop::collection::vec(any::<f64>(), 0..9),
            texts in prop::collection::vec(".*", 0..5),
        ) {
            let mut packed = Packed::default();
            packed.whole(whole);
            packed.signed(signed);
            packed.numbers(&numbers);
            packed.list(texts.iter(), |packed, text| packed.text(text));
            let mut unpacked = Unpacked(&packed.0);
            prop_assert_eq!(unpacked.whole().expect("a number"), whole);
            prop_assert_eq!(unpacked.signed().expect("a number"), signed);
            let mut found = vec![0.0; numbers.len()];
            unpacked.numbers(&mut found).expect("numbers");
            let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&found), bits(&numbers));
            prop_assert_eq!(unpacked.list(Unpacked::text).expect("texts"), texts);
            prop_assert!(unpacked.end().is_ok());
            let written = packed.0.clone();
            let mut sealed = packed.sealed();
            prop_assert_eq!(Unpacked::open(&sealed).expect("sealed").0, &written[..]);
            let place = whole as usize % sealed.len();
            sealed[place] ^= (signed as u8).max(1);
            prop_assert!(Unpacked::open(&sealed).is_err());
        }

        #[test]
        fn what_is_no_writing_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut unpacked = Unpacked(&bytes);
            let _ = unpacked.list(Unpacked::text);
            let mut unpacked = Unpacked(&bytes);
            let _ = unpacked.whole().and_then(|_| unpacked.signed());
            let read = unpacked.numbers(&mut [0.0; 6]);
            prop_assert!(read.is_err());
        }
    }
}
