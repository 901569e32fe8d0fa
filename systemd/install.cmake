# install.cmake - configuration, unit and documents, where Debian expects them: run by `cmake --install`. Done then and not
# before, since the prefix is only known then.
#
#   PREFIX/lib/systemd/system/soleus.service
#   /etc/soleus/soleus.yaml for the prefix /usr, else PREFIX/etc/soleus/soleus.yaml; one that is there stays as it is
#   PREFIX/share/doc/soleus/, with all examples in examples/
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH source)
if(NOT EXISTS ${source}/config)
	return()
endif()
set(prefix ${CMAKE_INSTALL_PREFIX})
set(etc ${prefix}/etc)
if(prefix STREQUAL "/usr")
	set(etc /etc)
endif()

set(unit $ENV{DESTDIR}${prefix}/lib/systemd/system/soleus.service)
file(READ ${source}/systemd/soleus.service text)
string(REPLACE "/usr/" "${prefix}/" text "${text}")
string(REPLACE "/etc/soleus" "${etc}/soleus" text "${text}")
message(STATUS "Installing: ${unit}")
file(WRITE ${unit} "${text}")
file(CHMOD ${unit} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

if(EXISTS $ENV{DESTDIR}${etc}/soleus/soleus.yaml)
	message(STATUS "Kept as it is: $ENV{DESTDIR}${etc}/soleus/soleus.yaml")
else()
	file(INSTALL ${source}/config/soleus.yaml DESTINATION ${etc}/soleus)
endif()

file(GLOB examples ${source}/config/*.yaml)
file(GLOB documents ${source}/README.md ${source}/docs/*.md)
file(INSTALL ${examples} DESTINATION ${prefix}/share/doc/soleus/examples)
file(INSTALL ${documents} DESTINATION ${prefix}/share/doc/soleus)
