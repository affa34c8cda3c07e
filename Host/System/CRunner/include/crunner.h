#ifndef CRUNNER_H
#define CRUNNER_H

/// From now on `open` answers a few paths, which a confined process cannot open, with what was opened now, and everything else
/// as always. To be called while files can be opened.
///
/// `/dev/urandom` and `/dev/random`: libraries that begin by opening it, and end the process when they cannot (JavaScriptCore),
/// read the kernel's random bytes, as they might by the system call. `/proc/self/statm`: how much memory this process has,
/// to be read with `pread`, because those who ask share one position.
///
/// `/proc/<thread>/stat` is an empty file. libdispatch looks at the states of its threads once a second while some of them
/// seem to be busy, and ends the process when it cannot open one of these files. With nothing in them it takes no thread
/// for running, and starts another at most twice for each processor (`_dispatch_workq_monitor_pools` in
/// https://github.com/swiftlang/swift-corelibs-libdispatch/blob/main/src/event/workqueue.c).
void crunner_answer_opens(void);

/// Reads the machine's certificate authorities into memory, and from now on `fopen` and `stat` of that file are answered from
/// there; `stat` of what is out of reach says that it is not there. For those that may connect: what checks a server's certificate (OpenSSL, behind libpq and libcurl) wants a file by
/// name. To be called while files can be read.
void crunner_keep_certificates(void);

#endif
