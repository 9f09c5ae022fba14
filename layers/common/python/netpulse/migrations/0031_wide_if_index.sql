-- InterfaceIndex is Integer32 by its MIB, but optical line terminals count past it (4194304000 …).
ALTER TABLE netpulse.interfaces ALTER COLUMN if_index TYPE bigint;
