/* Of JavaScriptCore's C interface what is used here. Its own headers are not: the one function that ends endless loops stands
 * in none that is installed (JSContextRefPrivate.h), and the others have not changed since 2008. */
#ifndef PATCHBAY_CJAVASCRIPTCORE_SHIM_H
#define PATCHBAY_CJAVASCRIPTCORE_SHIM_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef const struct OpaqueJSContextGroup *JSContextGroupRef;
typedef struct OpaqueJSContext *JSGlobalContextRef;
typedef const struct OpaqueJSContext *JSContextRef;
typedef struct OpaqueJSString *JSStringRef;
typedef const struct OpaqueJSValue *JSValueRef;
typedef struct OpaqueJSValue *JSObjectRef;

extern JSContextGroupRef JSContextGroupCreate(void);
extern void JSContextGroupRelease(JSContextGroupRef group);
extern JSGlobalContextRef JSGlobalContextCreateInGroup(JSContextGroupRef group, void *globalClass);
extern void JSGlobalContextRelease(JSGlobalContextRef context);

/* Seconds of the processor's time; asked then, and whenever the function sets a limit anew and answers false. */
#if defined(__swift__)
typedef bool (*pb_js_terminate_fn)(JSContextRef context, void *user) __attribute__((swift_attr("@Sendable")));
#else
typedef bool (*pb_js_terminate_fn)(JSContextRef context, void *user);
#endif
extern void JSContextGroupSetExecutionTimeLimit(JSContextGroupRef group, double limit, pb_js_terminate_fn function,
                                                void *user);

extern JSContextGroupRef JSContextGetGroup(JSContextRef context);

extern JSStringRef JSStringCreateWithCharacters(const unsigned short *characters, size_t count);
extern void JSStringRelease(JSStringRef string);
extern size_t JSStringGetLength(JSStringRef string);
extern const unsigned short *JSStringGetCharactersPtr(JSStringRef string);

extern JSValueRef JSEvaluateScript(JSContextRef context, JSStringRef script, JSObjectRef thisObject, JSStringRef sourceURL,
                                   int startingLineNumber, JSValueRef *exception);
extern JSValueRef JSValueMakeString(JSContextRef context, JSStringRef string);
extern JSStringRef JSValueToStringCopy(JSContextRef context, JSValueRef value, JSValueRef *exception);
extern bool JSValueIsObject(JSContextRef context, JSValueRef value);
extern bool JSValueIsNumber(JSContextRef context, JSValueRef value);
extern double JSValueToNumber(JSContextRef context, JSValueRef value, JSValueRef *exception);
extern JSObjectRef JSValueToObject(JSContextRef context, JSValueRef value, JSValueRef *exception);
extern JSValueRef JSObjectGetProperty(JSContextRef context, JSObjectRef object, JSStringRef name, JSValueRef *exception);
extern JSValueRef JSObjectCallAsFunction(JSContextRef context, JSObjectRef function, JSObjectRef thisObject, size_t count,
                                         const JSValueRef arguments[], JSValueRef *exception);

/* A descriptor for what the kernel tells of this process's memory, or -1. */
static inline int pb_js_open_memory(void) { return open("/proc/self/statm", O_RDONLY | O_CLOEXEC); }

/* Bytes that this process has in memory now; 0 when they cannot be read. */
static inline size_t pb_js_memory(int descriptor) {
  char text[128];
  ssize_t count = pread(descriptor, text, sizeof text - 1, 0);
  if (count <= 0) return 0;
  text[count] = 0;
  /* Pages: reserved, in memory, … */
  const char *second = strchr(text, ' ');
  return second ? strtoul(second, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

#endif /* PATCHBAY_CJAVASCRIPTCORE_SHIM_H */
