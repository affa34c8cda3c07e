#ifndef CRUNNER_H
#define CRUNNER_H

/// From now on `open` answers `/proc/<thread>/stat` with an empty file, and everything else as always.
///
/// libdispatch looks at the states of its threads once a second while some of them seem to be busy, and ends the process
/// when it cannot open one of these files, which in a confined runner it cannot. With nothing in them it takes no thread
/// for running, and starts another at most twice for each processor (`_dispatch_workq_monitor_pools` in
/// https://github.com/swiftlang/swift-corelibs-libdispatch/blob/main/src/event/workqueue.c).
void crunner_answer_thread_states(void);

#endif
