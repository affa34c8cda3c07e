//! A connector in Rust, without crates: what the ABI asks for, spelled out once. Build it as `build.sh` does.
//!
//! SPDX-License-Identifier: Apache-2.0
#![allow(non_camel_case_types)]

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

// The structs of patchbay/core.h, host.h and module.h that this connector needs; members behind the last one used are the
// headers' own, and kept as padding where the size matters.

#[repr(C)]
#[derive(Clone, Copy)]
pub struct pb_bytes {
    data: *const u8,
    size: u64,
}

impl pb_bytes {
    const EMPTY: pb_bytes = pb_bytes { data: std::ptr::null(), size: 0 };

    const fn of(text: &'static str) -> pb_bytes {
        pb_bytes { data: text.as_ptr(), size: text.len() as u64 }
    }

    fn lent(bytes: &[u8]) -> pb_bytes {
        pb_bytes { data: bytes.as_ptr(), size: bytes.len() as u64 }
    }

    /// Borrowed for as long as the ABI says.
    unsafe fn slice<'a>(self) -> &'a [u8] {
        if self.size == 0 { &[] } else { std::slice::from_raw_parts(self.data, self.size as usize) }
    }
}

#[repr(C)]
struct pb_error {
    size: u32,
    code: i32,
    retry: i32,
    effect: i32,
    retry_after_ms: i64,
    http_status: i32,
    reserved: i32,
    vendor_code: pb_bytes,
    message: pb_bytes,
    detail: pb_bytes,
    pointer: pb_bytes,
}

#[repr(C)]
struct pb_result {
    size: u32,
    flags: u32,
    output: pb_bytes,
}

#[repr(C)]
pub struct pb_host {
    size: u32,
    minor: u32,
    context: *mut c_void,
    name: pb_bytes,
    version: pb_bytes,
    complete: extern "C" fn(*const pb_host, u64, *const pb_result, *const pb_error) -> i32,
}

#[repr(C)]
pub struct pb_invocation {
    size: u32,
    attempt: u32,
    call: u64,
    deadline_ms: i64,
    operation: pb_bytes,
    input: pb_bytes,
}

#[repr(C)]
pub struct pb_module {
    size: u32,
    least_minor: u32,
    context: *mut c_void,
    id: pb_bytes,
    version: pb_bytes,
    manifest: Option<extern "C" fn(*mut c_void) -> pb_bytes>,
    start: Option<extern "C" fn(*mut c_void, *const pb_host) -> i32>,
    invoke: Option<extern "C" fn(*mut c_void, *const pb_invocation) -> i32>,
    cancel: Option<extern "C" fn(*mut c_void, u64, i32)>,
    drain: Option<extern "C" fn(*mut c_void, extern "C" fn(*mut c_void), *mut c_void)>,
    stop: Option<extern "C" fn(*mut c_void)>,
    extension: Option<extern "C" fn(*mut c_void, *const c_char) -> *const c_void>,
}

const OK: i32 = 0;
const UNSUPPORTED: i32 = -3;
const INVALID_INPUT: i32 = 1;
const EFFECT_NONE: i32 = 1;

static MANIFEST: &str = include_str!("manifest.json");
static HOST: AtomicPtr<pb_host> = AtomicPtr::new(std::ptr::null_mut());

extern "C" fn manifest(_: *mut c_void) -> pb_bytes {
    pb_bytes::of(MANIFEST)
}

extern "C" fn start(_: *mut c_void, host: *const pb_host) -> i32 {
    HOST.store(host as *mut pb_host, Ordering::Release);
    OK
}

/// Counts the words of a text. The host has checked the input against its schema, so `text` is there and is a string.
extern "C" fn invoke(_: *mut c_void, raw: *const pb_invocation) -> i32 {
    let invocation = unsafe { &*raw };
    if unsafe { invocation.operation.slice() } != b"count_words" {
        return UNSUPPORTED;
    }
    match unsafe { std::str::from_utf8(invocation.input.slice()) }.ok().and_then(text_of) {
        Some(text) => succeed(invocation.call, &format!("{{\"words\":{}}}", text.split_whitespace().count())),
        None => fail(invocation.call, "The input has no `text`.", "/text"),
    }
    OK
}

/// Everything has ended before `invoke` returns, so that there is nothing to cancel.
extern "C" fn cancel(_: *mut c_void, _: u64, _: i32) {}

fn succeed(call: u64, output: &str) {
    let result = pb_result {
        size: std::mem::size_of::<pb_result>() as u32,
        flags: 0,
        output: pb_bytes::lent(output.as_bytes()),
    };
    let host = HOST.load(Ordering::Acquire);
    unsafe { ((*host).complete)(host, call, &result, std::ptr::null()) };
}

fn fail(call: u64, message: &str, pointer: &str) {
    let error = pb_error {
        size: std::mem::size_of::<pb_error>() as u32,
        code: INVALID_INPUT,
        retry: 0,
        effect: EFFECT_NONE,
        retry_after_ms: -1,
        http_status: 0,
        reserved: 0,
        vendor_code: pb_bytes::EMPTY,
        message: pb_bytes::lent(message.as_bytes()),
        detail: pb_bytes::EMPTY,
        pointer: pb_bytes::lent(pointer.as_bytes()),
    };
    let host = HOST.load(Ordering::Acquire);
    unsafe { ((*host).complete)(host, call, std::ptr::null(), &error) };
}

/// The member `text` of `{"text": "…"}`, its escapes left as they are but for those that stand for space. A connector with
/// more than one member takes a crate for this.
fn text_of(json: &str) -> Option<String> {
    let rest = &json[json.find("\"text\"")? + 6..];
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let mut text = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '"' => return Some(text),
            '\\' => match letters.next()? {
                'n' | 't' | 'r' | 'f' => text.push(' '),
                letter => text.push(letter),
            },
            letter => text.push(letter),
        }
    }
}

/// # Safety
/// `out` points to a `pb_module` with room for as many bytes as its `size` says.
#[no_mangle]
pub unsafe extern "C" fn patchbay_connector_v1(_: u32, out: *mut pb_module, _: *mut c_char, _: u32) -> i32 {
    let mut module = pb_module {
        size: std::mem::size_of::<pb_module>() as u32,
        least_minor: 0,
        context: std::ptr::null_mut(),
        id: pb_bytes::of("acme-rust"),
        version: pb_bytes::of("1.0.0"),
        manifest: Some(manifest),
        start: Some(start),
        invoke: Some(invoke),
        cancel: Some(cancel),
        drain: None,
        stop: None,
        extension: None,
    };
    // No more than the host has room for.
    let room = (*out).size.min(module.size);
    module.size = room;
    std::ptr::copy_nonoverlapping(&module as *const pb_module as *const u8, out as *mut u8, room as usize);
    OK
}
