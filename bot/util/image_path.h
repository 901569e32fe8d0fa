/* image_path.h - where images are: beside the program, made when it was built; and in a folder for what can be made again. */
#ifndef UTIL_IMAGE_PATH_H
#define UTIL_IMAGE_PATH_H

#include <stddef.h>

enum { IMAGE_PATHS = 3, IMAGE_KEPT = 4 };

struct image_paths {
	char *list[IMAGE_PATHS + 1]; /* in the order to look, up to a NULL */
	const char *own; /* the one of them that we may write, or NULL */
};

/* For the data in `dir`. Looks for
 *   soleus.image beside the program,
 *   ../lib/soleus/soleus.image seen from there,
 *   soleus-HASH.image, by the name of `dir`, in $CACHE_DIRECTORY (systemd), else $XDG_CACHE_HOME/soleus, else ~/.cache/soleus.
 * The last one may be written; its folder is made if need be. */
void image_paths_init(struct image_paths *p, const char *dir);
void image_paths_done(struct image_paths *p);

/* Keeps the IMAGE_KEPT newest images in the folder of `path`. */
void image_paths_prune(const char *path);

#endif
