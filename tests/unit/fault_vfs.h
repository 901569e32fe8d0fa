/* fault_vfs.h - SQLite's way to the disk, with a counter in it: how often files were synced, a write, sync or cut that fails
 * when it is told to, and what a loss of power would leave. */
#ifndef TESTS_UNIT_FAULT_VFS_H
#define TESTS_UNIT_FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct, in the same piece of memory */
	const char *name; /* SQLite keeps it as long as the file */
};

static struct {
	sqlite3_vfs vfs, *real;
	sqlite3_io_methods methods;
	int syncs;
	long fail_after; /* so many writes go well; -1: all */
	bool failed;
	const char *mirror; /* of files whose names begin so, a copy as last synced is kept as name.synced; or NULL */
} fault;

static inline sqlite3_file *fault_real(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}

static inline bool fault_now(void)
{
	if (fault.fail_after < 0)
		return false;
	if (fault.fail_after > 0) {
		fault.fail_after--;
		return false;
	}
	fault.failed = true; /* and from then on all of them, as with a disk that is gone */
	return true;
}

static int fault_close(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xClose(fault_real(f));
}

static int fault_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return fault_real(f)->pMethods->xRead(fault_real(f), out, n, at);
}

static int fault_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
	if (fault_now()) { /* half of it arrives */
		(void)fault_real(f)->pMethods->xWrite(fault_real(f), bytes, n / 2, at);
		return SQLITE_IOERR_WRITE;
	}
	return fault_real(f)->pMethods->xWrite(fault_real(f), bytes, n, at);
}

static int fault_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return fault_now() ? SQLITE_IOERR_TRUNCATE : fault_real(f)->pMethods->xTruncate(fault_real(f), size);
}

static inline void fault_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	char bytes[65536];
	size_t n;

	while (in && out && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
		if (fwrite(bytes, 1, n, out) != n)
			abort();
	if (!in || !out || fclose(in) != 0 || fclose(out) != 0)
		abort();
}

static int fault_sync(sqlite3_file *f, int flags)
{
	const char *name = ((struct fault_file *)f)->name;
	char synced[256];

	fault.syncs++;
	if (fault.mirror && name && strncmp(name, fault.mirror, strlen(fault.mirror)) == 0) {
		(void)snprintf(synced, sizeof synced, "%s.synced", name);
		fault_copy(name, synced);
	}
	return fault_now() ? SQLITE_IOERR_FSYNC : fault_real(f)->pMethods->xSync(fault_real(f), flags);
}

static int fault_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return fault_real(f)->pMethods->xFileSize(fault_real(f), out);
}

static int fault_lock(sqlite3_file *f, int kind)
{
	return fault_real(f)->pMethods->xLock(fault_real(f), kind);
}

static int fault_unlock(sqlite3_file *f, int kind)
{
	return fault_real(f)->pMethods->xUnlock(fault_real(f), kind);
}

static int fault_check_lock(sqlite3_file *f, int *out)
{
	return fault_real(f)->pMethods->xCheckReservedLock(fault_real(f), out);
}

static int fault_control(sqlite3_file *f, int what, void *arg)
{
	return fault_real(f)->pMethods->xFileControl(fault_real(f), what, arg);
}

static int fault_sector(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xSectorSize(fault_real(f));
}

static int fault_device(sqlite3_file *f)
{
	return fault_real(f)->pMethods->xDeviceCharacteristics(fault_real(f));
}

static int fault_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return fault_real(f)->pMethods->xShmMap(fault_real(f), page, size, extend, out);
}

static int fault_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return fault_real(f)->pMethods->xShmLock(fault_real(f), at, n, flags);
}

static void fault_shm_barrier(sqlite3_file *f)
{
	fault_real(f)->pMethods->xShmBarrier(fault_real(f));
}

static int fault_shm_unmap(sqlite3_file *f, int also_delete)
{
	return fault_real(f)->pMethods->xShmUnmap(fault_real(f), also_delete);
}

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct fault_file *file = (struct fault_file *)f;
	int code;

	(void)vfs;
	file->base.pMethods = NULL;
	file->real = (sqlite3_file *)(file + 1);
	file->name = name;
	code = fault.real->xOpen(fault.real, name, file->real, flags, out);
	if (file->real->pMethods)
		file->base.pMethods = &fault.methods;
	return code;
}

/* From now on every connection goes through it. */
static inline void fault_install(void)
{
	fault.real = sqlite3_vfs_find(NULL);
	fault.vfs = *fault.real;
	fault.vfs.zName = "fault";
	fault.vfs.pNext = NULL;
	fault.vfs.szOsFile = (int)sizeof(struct fault_file) + fault.real->szOsFile;
	fault.vfs.xOpen = fault_open;
	fault.methods = (sqlite3_io_methods){2, fault_close, fault_read, fault_write, fault_truncate, fault_sync, fault_size,
		fault_lock, fault_unlock, fault_check_lock, fault_control, fault_sector, fault_device, fault_shm_map,
		fault_shm_lock, fault_shm_barrier, fault_shm_unmap, NULL, NULL};
	fault.fail_after = -1;
	fault.mirror = NULL;
	sqlite3_vfs_register(&fault.vfs, 1);
}

static inline void fault_uninstall(void)
{
	sqlite3_vfs_unregister(&fault.vfs);
	sqlite3_vfs_register(fault.real, 1);
}

#endif
