"""Files that grow, pipes and folders of exports, followed for as long as the daemon runs.

All is looked at by asking (`stat`) and never by waiting for the kernel's word: that word doesn't come for
what another machine writes to a network file system, so one would have to ask all the same; and asking for
one file four times a second costs less than can be measured.
"""

from console.feeds.follow.feed import FollowFeed, file_feed, folder_feed
from console.feeds.follow.pipe import PipeFeed
from console.feeds.follow.settings import FollowedFile, FollowedFolder, FollowedPipe

__all__ = [
    "FollowFeed",
    "FollowedFile",
    "FollowedFolder",
    "FollowedPipe",
    "PipeFeed",
    "file_feed",
    "folder_feed",
]
