import { configure } from "@testing-library/react";

// a busy machine may take its time: what is waited for comes, or the test fails all the same
configure({ asyncUtilTimeout: 15_000 });
